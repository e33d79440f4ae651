/** Geometry of windows that slide over an image: convolution and pooling. */

/**
 * `valid`: the window stays inside the image. `same`: it starts at every stride-th pixel; what sticks out is split evenly,
 * the odd pixel going to the bottom and the right (TensorFlow's rule).
 */
export type Padding = 'same' | 'valid';

/** Positions of a window of `size` along a side of `length` pixels. Throws where it does not fit at all. */
export function slidOverLength(length: number, size: number, stride: number, padding: Padding): number {
  const positions = padding === 'same' ? Math.ceil(length / stride) : Math.ceil((length - size + 1) / stride);
  if (positions < 1) throw new Error(`A window of ${size} does not fit into ${length} pixels.`);
  return positions;
}

/** Pixels of padding in front of the first and behind the last one. */
export function paddingOf(
  length: number,
  size: number,
  stride: number,
  padding: Padding,
): readonly [before: number, after: number] {
  if (padding === 'valid') return [0, 0];
  const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + size - length);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
