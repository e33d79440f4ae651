/** From what a model answers to one vector per picture. */
import type { PixelLayout, Pooling } from './backbone-description.ts';

export interface PooledVectors {
  /** float32 [B, D] */
  readonly vectors: Float32Array;
  readonly dimensions: number;
}

/**
 * values: [B, D], a sequence [B, T, D], or planes [B, D, H, W] (`nhwc`: [B, H, W, D]). `pooling` null: the first vector of a
 * sequence, the mean of planes. Null for any other shape.
 */
export function poolOutput(
  values: Float32Array,
  shape: readonly number[],
  layout: PixelLayout,
  pooling: Pooling | null,
): PooledVectors | null {
  const [batch = 0, ...rest] = shape;
  const [a = 0, b = 1, c = 1] = rest;
  if (rest.length === 1) return { vectors: values, dimensions: a };
  if (rest.length === 2) return poolPlaces(values, { batch, places: a, dimensions: b }, [b, 1], pooling ?? 'first');
  if (rest.length !== 3) return null;
  const isFirstAxis = layout === 'nchw';
  const dimensions = isFirstAxis ? a : c;
  const places = isFirstAxis ? b * c : a * b;
  return poolPlaces(
    values,
    { batch, places, dimensions },
    isFirstAxis ? [1, places] : [dimensions, 1],
    pooling ?? 'mean',
  );
}

/** strides: elements from one place to the next, and from one dimension to the next. */
function poolPlaces(
  values: Float32Array,
  { batch, places, dimensions }: { readonly batch: number; readonly places: number; readonly dimensions: number },
  [placeStride, dimensionStride]: readonly [number, number],
  pooling: Pooling,
): PooledVectors {
  const vectors = new Float32Array(batch * dimensions);
  const used = pooling === 'first' ? 1 : places;
  for (let image = 0; image < batch; image++) {
    const from = image * places * dimensions;
    for (let d = 0; d < dimensions; d++) {
      let sum = 0;
      for (let place = 0; place < used; place++) sum += values[from + place * placeStride + d * dimensionStride] ?? 0;
      vectors[image * dimensions + d] = sum / used;
    }
  }
  return { vectors, dimensions };
}
