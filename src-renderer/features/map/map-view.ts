/** Which part of the map is in the window: from map coordinates in [0, 1] to pixels and back. */

export interface MapFrame {
  readonly width: number;
  readonly height: number;
}

export interface MapWindow {
  /** Map coordinates of the middle of the window. */
  readonly x: number;
  readonly y: number;
  /** 1: the whole map fits. */
  readonly zoom: number;
}

export const wholeMap: MapWindow = { x: 0.5, y: 0.5, zoom: 1 };
const largestZoom = 64;
/** Share of the window that the whole map fills. */
const fill = 0.92;

/** Pixels per unit of the map. */
export function mapScale({ width, height }: MapFrame, { zoom }: MapWindow): number {
  return fill * zoom * Math.min(width, height);
}

export function toPixels(frame: MapFrame, window: MapWindow, x: number, y: number): readonly [number, number] {
  const scale = mapScale(frame, window);
  return [frame.width / 2 + (x - window.x) * scale, frame.height / 2 + (y - window.y) * scale];
}

export function toMap(frame: MapFrame, window: MapWindow, px: number, py: number): readonly [number, number] {
  const scale = Math.max(mapScale(frame, window), Number.MIN_VALUE);
  return [window.x + (px - frame.width / 2) / scale, window.y + (py - frame.height / 2) / scale];
}

/** Larger or smaller, while the place under (px, py) stays there. */
export function zoomMap(frame: MapFrame, window: MapWindow, factor: number, px: number, py: number): MapWindow {
  const zoom = Math.min(largestZoom, Math.max(1, window.zoom * factor));
  if (zoom === 1) return wholeMap;
  const [x, y] = toMap(frame, window, px, py);
  const [movedX, movedY] = toMap(frame, { ...window, zoom }, px, py);
  return { x: window.x + x - movedX, y: window.y + y - movedY, zoom };
}

/** The window moved by pixels. */
export function panMap(frame: MapFrame, window: MapWindow, dx: number, dy: number): MapWindow {
  const scale = mapScale(frame, window);
  return { ...window, x: window.x - dx / scale, y: window.y - dy / scale };
}
