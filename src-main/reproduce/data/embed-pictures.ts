/** Pictures as the vectors of a pretrained network, for experiments with the network `head`: seconds where others take hours. */
import { throwIfCancelled } from '../../core/errors.ts';
import type { LongCallOptions } from '../../services/ports/long-calls.ts';
import type { LabelledPictures, PictureSets } from './pictures.ts';

/** uint8 RGB [B, size, size, 3] -> float32 [B, D]. */
export type EmbedPixels = (
  pixels: Uint8Array,
  size: number,
) => Promise<{ readonly vectors: Float32Array; readonly dimensions: number }>;

const batchSize = 32;
const channels = 3;

export async function embedPictures(
  sets: PictureSets,
  embed: EmbedPixels,
  { signal }: LongCallOptions = {},
): Promise<PictureSets> {
  const embedAll = async ({ size, pixels, labels }: LabelledPictures): Promise<LabelledPictures> => {
    const length = size * size * channels;
    let vectors = { values: new Float32Array(), dimensions: 0 };
    for (let first = 0; first < labels.length; first += batchSize) {
      throwIfCancelled(signal);
      const part = await embed(pixels.slice(first * length, (first + batchSize) * length), size);
      if (first === 0)
        vectors = { values: new Float32Array(labels.length * part.dimensions), dimensions: part.dimensions };
      vectors.values.set(part.vectors, first * part.dimensions);
    }
    return { size, pixels: new Uint8Array(), labels, vectors };
  };
  return { ...sets, train: await embedAll(sets.train), test: await embedAll(sets.test) };
}
