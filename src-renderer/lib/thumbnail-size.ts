/** Which of the thumbnail sizes to ask for. */
import type { ImageSize } from '../../src-main/contract/image-address.ts';

const sizes = [128, 256, 512] as const;

/** The smallest size that fills a place of so many CSS pixels on this screen; the largest where none does. */
export function thumbnailSize(pixels: number, pixelRatio: number = globalThis.devicePixelRatio ?? 1): ImageSize {
  return sizes.find((size) => size >= pixels * pixelRatio) ?? 512;
}
