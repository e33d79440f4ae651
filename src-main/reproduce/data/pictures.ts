/** Labelled pictures in memory: what experiments are made from, wherever they were read. */
import type { TrainingJob } from '../../services/ports/training-runner.ts';

export interface LabelledPictures {
  /** Side in pixels. */
  readonly size: number;
  /** uint8 RGB, [N, size, size, 3]. */
  readonly pixels: Uint8Array;
  /** What a backbone makes of them, float32 [N, D], for runs of the network `head`; the pixels are gone then. */
  readonly vectors?: { readonly values: Float32Array; readonly dimensions: number };
  /** Class index per picture, [N]: the right one, as far as the dataset's authors know. */
  readonly labels: Int32Array;
}

export interface PictureSets {
  /** In the order of the class indices. */
  readonly classNames: readonly string[];
  readonly train: LabelledPictures;
  readonly test: LabelledPictures;
}

const channels = 3;

/** What runs are trained on: vectors where there are some, otherwise pixels, in memory that threads can share. */
export type PictureInputs = TrainingJob['inputs'];

/** Those at `indices`, in that order. */
export function pickInputs({ pixels, size, vectors }: LabelledPictures, indices: Uint32Array): PictureInputs {
  if (vectors === undefined) return { kind: 'pixels', buffer: pickRows(pixels, size * size * channels, indices), size };
  const { values, dimensions } = vectors;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { kind: 'vectors', buffer: pickRows(bytes, dimensions * values.BYTES_PER_ELEMENT, indices), dimensions };
}

function pickRows(bytes: Uint8Array, length: number, indices: Uint32Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(indices.length * length);
  const picked = new Uint8Array(buffer);
  indices.forEach((index, row) => picked.set(bytes.subarray(index * length, (index + 1) * length), row * length));
  return buffer;
}

/** The pictures of some classes only, which are counted from 0 in the order of `classNames`. Throws where a name is missing. */
export function pickClasses(sets: PictureSets, classNames: readonly string[]): PictureSets {
  const indexOf = new Map(classNames.map((name, index) => [sets.classNames.indexOf(name), index]));
  if (indexOf.has(-1)) throw new Error(`The images have no class ${classNames.join(' or ')}.`);
  const pick = (pictures: LabelledPictures): LabelledPictures => {
    const indices = Uint32Array.from(pictures.labels.keys()).filter((i) => indexOf.has(pictures.labels[i] ?? -1));
    return {
      size: pictures.size,
      pixels: new Uint8Array(pickRows(pictures.pixels, pictures.size ** 2 * channels, indices)),
      labels: Int32Array.from(indices, (index) => indexOf.get(pictures.labels[index] ?? -1) ?? 0),
    };
  };
  return { classNames, train: pick(sets.train), test: pick(sets.test) };
}
