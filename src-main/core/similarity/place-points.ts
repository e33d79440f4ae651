/** Puts points on a map of which only landmarks were laid out: each between the landmarks that are nearest to it. */
import { sketchSize } from './sketch.ts';

const nearest = 4;

/**
 * coordinates: unit rows [N, 64]; landmarks: L of the rows; layout: float32 [L, 2]. Returns [N, 2].
 *
 * A point lies at the mean of its four nearest landmarks, weighted by exp(-8 (c_1 - c_i) / (1 - c_4)), c the cosines in falling order. Cost: N L 64.
 * `onStretch` is called with the share done; it may throw to end the work.
 */
export function placePoints(
  coordinates: Float32Array,
  landmarks: Int32Array,
  layout: Float32Array,
  onStretch: (share: number) => void = () => undefined,
): Float32Array {
  const count = coordinates.length / sketchSize;
  const result = new Float32Array(2 * count);
  const isLandmark = new Uint8Array(count);
  landmarks.forEach((row, place) => {
    isLandmark[row] = 1;
    result.set(layout.subarray(2 * place, 2 * place + 2), 2 * row);
  });
  const ground = gather(coordinates, landmarks);
  for (let row = 0; row < count; row++) {
    if (row % 500 === 0) onStretch(row / count);
    if (isLandmark[row] === 1) continue;
    const point = coordinates.subarray(row * sketchSize, (row + 1) * sketchSize);
    const { places, cosines } = nearestRows(point, ground, landmarks.length);
    result.set(meanPlace(places, cosines, layout), 2 * row);
  }
  return result;
}

function gather(coordinates: Float32Array, rows: Int32Array): Float32Array {
  const gathered = new Float32Array(rows.length * sketchSize);
  rows.forEach((row, place) => {
    gathered.set(coordinates.subarray(row * sketchSize, (row + 1) * sketchSize), place * sketchSize);
  });
  return gathered;
}

/** The rows of the ground with the largest cosines, in falling order. */
function nearestRows(point: Float32Array, ground: Float32Array, count: number) {
  const places = new Int32Array(nearest).fill(-1);
  const cosines = new Float32Array(nearest).fill(Number.NEGATIVE_INFINITY);
  for (let place = 0; place < count; place++) {
    let cosine = 0;
    const start = place * sketchSize;
    for (let s = 0; s < sketchSize; s++) cosine += (point[s] ?? 0) * (ground[start + s] ?? 0);
    if (cosine <= (cosines[nearest - 1] ?? 0)) continue;
    let slot = nearest - 1;
    for (; slot > 0 && (cosines[slot - 1] ?? 0) < cosine; slot--) {
      cosines[slot] = cosines[slot - 1] ?? 0;
      places[slot] = places[slot - 1] ?? -1;
    }
    cosines[slot] = cosine;
    places[slot] = place;
  }
  return { places, cosines };
}

function meanPlace(places: Int32Array, cosines: Float32Array, layout: Float32Array): readonly [number, number] {
  const best = cosines[0] ?? 0;
  const scale = Math.max(1e-6, 1 - Math.min(...cosines.filter(Number.isFinite)));
  let [x, y, total] = [0, 0, 0];
  places.forEach((place, rank) => {
    if (place < 0) return;
    const weight = Math.exp((-8 * (best - (cosines[rank] ?? 0))) / scale);
    x += weight * (layout[2 * place] ?? 0);
    y += weight * (layout[2 * place + 1] ?? 0);
    total += weight;
  });
  return total > 0 ? [x / total, y / total] : [0.5, 0.5];
}

/** Scales points [N, 2] into the unit square, the same on both axes, with the middle in the middle. */
export function toUnitSquare(points: Float32Array): Float32Array {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let place = 0; place < points.length; place += 2) {
    const [x, y] = [points[place] ?? 0, points[place + 1] ?? 0];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const size = Math.max(right - left, bottom - top, 1e-9);
  const [shiftX, shiftY] = [(size - (right - left)) / 2 - left, (size - (bottom - top)) / 2 - top];
  return points.map((value, place) => (value + (place % 2 === 0 ? shiftX : shiftY)) / size);
}
