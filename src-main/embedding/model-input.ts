/** From decoded pixels to what a model takes. */
import type { BackboneDescription, PixelLayout } from './backbone-description.ts';

type Normalisation = Pick<BackboneDescription, 'mean' | 'standardDeviation'>;

const channels = 3;

/**
 * pixels: uint8 RGB [B, S, S, 3]. Returns float32 [B, 3, S, S] (`nchw`) or [B, S, S, 3] (`nhwc`), each value
 * (pixel / 255 - mean) / standardDeviation of its channel.
 */
export function toModelInput(
  pixels: Uint8Array,
  pixelsPerImage: number,
  layout: PixelLayout,
  normalisation: Normalisation,
): Float32Array {
  const tables = normalisation.mean.map((_, channel) => valueTable(normalisation, channel));
  const values = new Float32Array(pixels.length);
  const [pixelStride, channelStride] = layout === 'nchw' ? [1, pixelsPerImage] : [channels, 1];
  for (let image = 0; image < pixels.length; image += pixelsPerImage * channels) {
    tables.forEach((table, channel) => {
      let target = image + channel * channelStride;
      for (let pixel = 0; pixel < pixelsPerImage; pixel++, target += pixelStride) {
        values[target] = table[pixels[image + pixel * channels + channel]!]!;
      }
    });
  }
  return values;
}

/** What each of the 256 byte values becomes: the arithmetic is done once instead of once per pixel. */
function valueTable({ mean, standardDeviation }: Normalisation, channel: number): Float32Array {
  return Float32Array.from(
    { length: 256 },
    (_, byte) => (byte / 255 - (mean[channel] ?? 0)) / (standardDeviation[channel] ?? 1),
  );
}
