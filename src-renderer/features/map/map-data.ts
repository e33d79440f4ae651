/** The map's arrays as the host sends them, and finding what lies where. */
import type { MapPoints } from '../../../src-main/contract/payloads.ts';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';

export interface MapData {
  readonly count: number;
  readonly ids: Uint32Array;
  /** x and y in [0, 1], [N, 2]. */
  readonly points: Float32Array;
  readonly classIds: Uint16Array;
  /** 0 none, 1 + index in `decisionKinds`, 255 trusted. */
  readonly decisions: Uint8Array;
  /** 0 the most suspicious, 254 the least, 255 no suspect. */
  readonly suspicion: Uint8Array;
  /** Points by cell of a grid of `cells` x `cells`: starts [cells^2 + 1] into `order`. */
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
}

/** Cells of the search grid along each side. */
const cells = 128;
const coordinateScale = 65_535;

function bytesOf(text: string): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < binary.length; place++) bytes[place] = binary.charCodeAt(place);
  return bytes.buffer;
}

export function decodeMap(map: MapPoints): MapData {
  const points = Float32Array.from(new Uint16Array(bytesOf(map.points)), (value) => value / coordinateScale);
  return {
    count: map.count,
    ids: new Uint32Array(bytesOf(map.sampleIds)),
    points,
    classIds: new Uint16Array(bytesOf(map.givenClassIds)),
    decisions: new Uint8Array(bytesOf(map.decisions)),
    suspicion: new Uint8Array(bytesOf(map.suspicion)),
    ...sortIntoCells(points),
  };
}

function cellOf(value: number): number {
  return Math.max(0, Math.min(cells - 1, Math.floor(value * cells)));
}

/** Counting sort. */
function sortIntoCells(points: Float32Array): Pick<MapData, 'starts' | 'order'> {
  const count = points.length / 2;
  const cellAt = (place: number): number => cellOf(points[2 * place + 1] ?? 0) * cells + cellOf(points[2 * place] ?? 0);
  const starts = new Uint32Array(cells * cells + 1);
  for (let place = 0; place < count; place++) starts[cellAt(place) + 1] = (starts[cellAt(place) + 1] ?? 0) + 1;
  for (let cell = 0; cell < cells * cells; cell++) starts[cell + 1] = (starts[cell + 1] ?? 0) + (starts[cell] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let place = 0; place < count; place++) {
    const cell = cellAt(place);
    order[next[cell] ?? 0] = place;
    next[cell] = (next[cell] ?? 0) + 1;
  }
  return { starts, order };
}

/** Calls `visit` for every point within a circle. */
export function visitWithin(
  { points, starts, order }: MapData,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
  visit: (place: number, distance: number) => void,
): void {
  const [left, right] = [cellOf(x - radius), cellOf(x + radius)];
  for (let row = cellOf(y - radius); row <= cellOf(y + radius); row++) {
    for (let at = starts[row * cells + left] ?? 0; at < (starts[row * cells + right + 1] ?? 0); at++) {
      const place = order[at] ?? 0;
      const distance = Math.hypot((points[2 * place] ?? 0) - x, (points[2 * place + 1] ?? 0) - y);
      if (distance <= radius) visit(place, distance);
    }
  }
}

/** The point nearest to a place, at most `radius` away; null where there is none. */
export function nearestPoint(data: MapData, x: number, y: number, radius: number): number | null {
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  visitWithin(data, { x, y, radius }, (place, distance) => {
    if (distance < bestDistance) [best, bestDistance] = [place, distance];
  });
  return best;
}

export function idAt({ ids }: MapData, place: number): SampleId {
  return ids[place] as SampleId;
}

/** A hand-drawn line with at most so many corners: every n-th of them. */
export function thinLine(line: readonly number[], corners: number): readonly number[] {
  const count = line.length >> 1;
  if (count <= corners) return line;
  return Array.from({ length: corners }, (_, corner) => Math.floor((corner * count) / corners)).flatMap((place) =>
    line.slice(2 * place, 2 * place + 2),
  );
}

/** A circle as an area. */
export function circleArea(x: number, y: number, radius: number, corners = 32): readonly number[] {
  return Array.from({ length: corners }, (_, corner) => (2 * Math.PI * corner) / corners).flatMap((angle) => [
    x + radius * Math.cos(angle),
    y + radius * Math.sin(angle),
  ]);
}
