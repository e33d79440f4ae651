/** A map of sketches: umap-js for the landmarks, and the rest placed between them. */
import { UMAP } from 'umap-js';
import { createRandom } from '../core/random/random-generator.ts';
import { placePoints, toUnitSquare } from '../core/similarity/place-points.ts';
import { sketchSize } from '../core/similarity/sketch.ts';

const epochs = 300;
const neighbours = 15;
/** umap-js needs more points than neighbours; a handful is laid out on a circle. */
const fewestPoints = 5;

type Say = (stage: string, share: number) => void;

/** See the Analyst port. */
export function layOut(coordinates: Float32Array, landmarks: Int32Array, seed: number, say: Say): Float32Array {
  const layout =
    landmarks.length < fewestPoints ? circle(landmarks.length) : project(coordinates, landmarks, seed, say);
  const points = placePoints(coordinates, landmarks, layout, (share) => say('Placing the other images', share));
  return toUnitSquare(points);
}

function project(coordinates: Float32Array, landmarks: Int32Array, seed: number, say: Say): Float32Array {
  const rows = Array.from(landmarks, (row) =>
    Array.from(coordinates.subarray(row * sketchSize, (row + 1) * sketchSize)),
  );
  const random = createRandom(seed);
  const umap = new UMAP({
    ...{ nComponents: 2, nEpochs: epochs, minDist: 0.1 },
    nNeighbors: Math.min(neighbours, rows.length - 1),
    random: () => random.uniform(),
  });
  say('Looking for neighbours', 0);
  const steps = umap.initializeFit(rows);
  for (let step = 0; step < steps; step++) {
    umap.step();
    if (step % 5 === 0) say('Drawing the map', step / steps);
  }
  return Float32Array.from(umap.getEmbedding().flatMap(([x = 0, y = 0]) => [x, y]));
}

function circle(count: number): Float32Array {
  return Float32Array.from({ length: 2 * count }, (_, place) => {
    const angle = (2 * Math.PI * Math.floor(place / 2)) / Math.max(1, count);
    return place % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}
