/** From the job's shared memory to one batch's input tensor. */
import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomGenerator } from '../core/random/random-generator.ts';
import type { ReducedVectors } from '../core/ranking/reduce-vectors.ts';
import type { Blends } from '../core/reweight/batch-sampling.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';

export interface DataFeed {
  /** Without the batch dimension. */
  readonly inputShape: readonly number[];
  /**
   * Inputs of the samples at `indices`, [B, ...inputShape]; the caller disposes them. `random` draws the augmentation; null: the samples
   * as they are. `blends` moves samples towards others, given by their indices; vectors only.
   */
  batch(indices: Uint32Array, random: RandomGenerator | null, blends?: Blends | null): Tensor;
}

/** `reduced`: the job's vectors as the head gets them; null for pictures. */
export function createDataFeed({ inputs, settings }: TrainingJob, reduced: ReducedVectors | null): DataFeed {
  if (inputs.kind === 'pixels')
    return createPixelFeed(new Uint8Array(inputs.buffer), inputs.size, settings.augmentation);
  if (reduced === null) throw new Error('Vectors are fed standardised.');
  return createVectorFeed(reduced.vectors, reduced.dimensions);
}

/** Vectors [N, D] as they are: standardised already. */
export function createVectorFeed(vectors: Float32Array, dimensions: number): DataFeed {
  const rowOf = (sample: number): Float32Array => vectors.subarray(sample * dimensions, (sample + 1) * dimensions);
  return {
    inputShape: [dimensions],
    batch(indices, _random, blends = null) {
      const values = new Float32Array(indices.length * dimensions);
      indices.forEach((sample, row) => {
        const own = rowOf(sample);
        values.set(own, row * dimensions);
        const share = blends?.shares[row] ?? 0;
        if (share === 0) return;
        const partner = rowOf(blends?.partners[row] ?? sample);
        own.forEach((value, d) => (values[row * dimensions + d] = value + share * ((partner[d] ?? 0) - value)));
      });
      return tensor(values, [indices.length, dimensions]);
    },
  };
}

const channels = 3;
/** Bytes as the network takes them. */
const levels = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

/** Pixels [N, size, size, 3] as bytes, mapped to [-1, 1]. Shifted pictures are filled up with mid-grey, which is 0. */
export function createPixelFeed(pixels: Uint8Array, size: number, augmentation: RunSettings['augmentation']): DataFeed {
  const sampleLength = size * size * channels;
  return {
    inputShape: [size, size, channels],
    batch(indices, random) {
      const values = new Float32Array(indices.length * sampleLength);
      indices.forEach((sample, row) => {
        const source = pixels.subarray(sample * sampleLength, (sample + 1) * sampleLength);
        const target = values.subarray(row * sampleLength, (row + 1) * sampleLength);
        copyPicture(source, target, size, random === null ? asItIs : drawPlacement(augmentation, random));
      });
      return tensor(values, [indices.length, size, size, channels]);
    },
  };
}

interface Placement {
  readonly shiftX: number;
  readonly shiftY: number;
  readonly isMirrored: boolean;
}

const asItIs: Placement = { shiftX: 0, shiftY: 0, isMirrored: false };

function drawPlacement({ shiftPixels, mirror }: RunSettings['augmentation'], random: RandomGenerator): Placement {
  return {
    shiftX: random.integer(2 * shiftPixels + 1) - shiftPixels,
    shiftY: random.integer(2 * shiftPixels + 1) - shiftPixels,
    isMirrored: mirror && random.integer(2) === 1,
  };
}

function copyPicture(source: Uint8Array, target: Float32Array, size: number, placement: Placement): void {
  const { shiftX, shiftY, isMirrored } = placement;
  const [firstX, endX] = [Math.max(0, shiftX), Math.min(size, size + shiftX)];
  const step = isMirrored ? -channels : channels;
  for (let y = Math.max(0, shiftY); y < Math.min(size, size + shiftY); y++) {
    const fromX = isMirrored ? size - 1 - (firstX - shiftX) : firstX - shiftX;
    let from = ((y - shiftY) * size + fromX) * channels;
    const end = (y * size + endX) * channels;
    for (let to = (y * size + firstX) * channels; to < end; to += channels, from += step) {
      target[to] = levels[source[from] ?? 0] ?? 0;
      target[to + 1] = levels[source[from + 1] ?? 0] ?? 0;
      target[to + 2] = levels[source[from + 2] ?? 0] ?? 0;
    }
  }
}
