/** From decoded pixels to what a model takes. */
import type { BackboneDescription, PixelLayout } from './backbone-description.ts';

type Normalisation = Pick<BackboneDescription, 'mean' | 'standardDeviation'>;
type Table = Float32Array;
/** What each of the 256 byte values becomes in red, green and blue: the arithmetic is done once instead of once per pixel. */
export type ValueTables = readonly [Table, Table, Table];

const channels = 3;

/** How much red, green and blue count for the brightness of a grey model's input (Rec. 601, as most image tools do it). */
const luma = [0.299, 0.587, 0.114] as const;

/**
 * pixels: uint8 RGB [B, S, S, 3]. Returns float32 [B, 3, S, S] (`nchw`) or [B, S, S, 3] (`nhwc`), each value
 * (pixel / 255 - mean) / standardDeviation of its channel.
 *
 * @param values To write into, as long as `pixels`.
 */
export function toModelInput(
  pixels: Uint8Array,
  pixelsPerImage: number,
  layout: PixelLayout,
  [red, green, blue]: ValueTables,
  values = new Float32Array(pixels.length),
): Float32Array {
  const [pixelStride, channelStride] = layout === 'nchw' ? [1, pixelsPerImage] : [channels, 1];
  for (let image = 0; image < pixels.length; image += pixelsPerImage * channels) {
    let [from, target] = [image, image];
    for (let pixel = 0; pixel < pixelsPerImage; pixel++, from += channels, target += pixelStride) {
      values[target] = red[pixels[from]!]!;
      values[target + channelStride] = green[pixels[from + 1]!]!;
      values[target + 2 * channelStride] = blue[pixels[from + 2]!]!;
    }
  }
  return values;
}

/** The same for a model of grey pictures: float32 [B, S, S] of the brightness, normalised by the first channel's numbers. */
export function toGreyInput(pixels: Uint8Array, { mean, standardDeviation }: Normalisation): Float32Array {
  const values = new Float32Array(pixels.length / channels);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const brightness = luma.reduce((sum, part, channel) => sum + part * (pixels[pixel * channels + channel] ?? 0), 0);
    values[pixel] = (brightness / 255 - mean[0]) / standardDeviation[0];
  }
  return values;
}

/** pixels: uint8 [B, S, S, 3] -> [B, 3, S, S], for models that take bytes and normalise them themselves. */
export function toPlanes(pixels: Uint8Array, pixelsPerImage: number): Uint8Array {
  const planes = new Uint8Array(pixels.length);
  for (let image = 0; image < pixels.length; image += pixelsPerImage * channels)
    for (let channel = 0; channel < channels; channel++)
      for (let pixel = 0; pixel < pixelsPerImage; pixel++)
        planes[image + channel * pixelsPerImage + pixel] = pixels[image + pixel * channels + channel]!;
  return planes;
}

export function valueTables(normalisation: Normalisation): ValueTables {
  return [valueTable(normalisation, 0), valueTable(normalisation, 1), valueTable(normalisation, 2)];
}

function valueTable({ mean, standardDeviation }: Normalisation, channel: number): Float32Array {
  return Float32Array.from(
    { length: 256 },
    (_, byte) => (byte / 255 - (mean[channel] ?? 0)) / (standardDeviation[channel] ?? 1),
  );
}
