/** Labelled pictures in memory: what experiments are made from, wherever they were read. */

export interface LabelledPictures {
  /** Side in pixels. */
  readonly size: number;
  /** uint8 RGB, [N, size, size, 3]. */
  readonly pixels: Uint8Array;
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

/** The pictures at `indices`, in that order, in memory that threads can share. */
export function pickPixels({ pixels, size }: LabelledPictures, indices: Uint32Array): SharedArrayBuffer {
  const length = size * size * channels;
  const buffer = new SharedArrayBuffer(indices.length * length);
  const picked = new Uint8Array(buffer);
  indices.forEach((index, row) => picked.set(pixels.subarray(index * length, (index + 1) * length), row * length));
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
      pixels: new Uint8Array(pickPixels(pictures, indices)),
      labels: Int32Array.from(indices, (index) => indexOf.get(pictures.labels[index] ?? -1) ?? 0),
    };
  };
  return { classNames, train: pick(sets.train), test: pick(sets.test) };
}
