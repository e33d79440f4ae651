/** Writes every point straight into the pixels of a canvas: a hundred thousand take some milliseconds, so that zooming stays smooth. */
import type { Colour } from './map-colours.ts';
import type { MapData } from './map-data.ts';
import { mapScale, type MapFrame, type MapWindow } from './map-view.ts';

/** Side of a point in pixels of the canvas: larger when there are few, or when one looks closely. */
export function pointSide(count: number, zoom: number, pixelRatio: number): number {
  const base = count > 20_000 ? 2 : count > 3000 ? 3 : 5;
  return Math.round(Math.min(10, base + Math.log2(zoom)) * pixelRatio);
}

/** Colours as the canvas keeps them, little-endian: alpha, blue, green, red. */
export function packColours(count: number, colourOf: (place: number) => Colour): Uint32Array {
  const packed = new Uint32Array(count);
  for (let place = 0; place < count; place++) {
    const [red, green, blue] = colourOf(place);
    packed[place] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
  return packed;
}

/** pixels: [height, width] of the canvas, cleared first. frame: in the same pixels. */
export function drawPoints(
  pixels: Uint32Array,
  frame: MapFrame,
  window: MapWindow,
  { points, count }: Pick<MapData, 'points' | 'count'>,
  colours: Uint32Array,
  side: number,
): void {
  pixels.fill(0);
  const { width, height } = frame;
  const scale = mapScale(frame, window);
  const [shiftX, shiftY] = [width / 2 - window.x * scale - side / 2, height / 2 - window.y * scale - side / 2];
  for (let place = 0; place < count; place++) {
    const left = Math.round((points[2 * place] ?? 0) * scale + shiftX);
    const top = Math.round((points[2 * place + 1] ?? 0) * scale + shiftY);
    if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
    const colour = colours[place] ?? 0;
    const end = (top + side) * width + left;
    // Single stores: a call of fill for two or three pixels takes ten times as long.
    for (let start = top * width + left; start < end; start += width) {
      for (let at = start; at < start + side; at++) pixels[at] = colour;
    }
  }
}
