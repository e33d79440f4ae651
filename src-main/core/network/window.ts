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
