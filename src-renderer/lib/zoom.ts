/** Where a picture stands in its frame while it is zoomed and moved. */

/** `scale` 1 fits the frame; `x` and `y` are pixels from the frame's centre to the picture's. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const fitted: Zoom = { scale: 1, x: 0, y: 0 };
export const largestScale = 32;

/** Zooms by a factor while the point of the picture under (x, y), from the frame's centre, stays where it is. */
export function zoomAt(zoom: Zoom, factor: number, x: number, y: number): Zoom {
  const scale = Math.max(1, Math.min(largestScale, zoom.scale * factor));
  if (scale === 1) return fitted;
  const ratio = scale / zoom.scale;
  return { scale, x: x - (x - zoom.x) * ratio, y: y - (y - zoom.y) * ratio };
}

/** Moves the picture, but never so far that its middle leaves the frame of the given size. */
export function moveBy(zoom: Zoom, deltaX: number, deltaY: number, frame: { width: number; height: number }): Zoom {
  const limitX = (frame.width * (zoom.scale - 1)) / 2;
  const limitY = (frame.height * (zoom.scale - 1)) / 2;
  const x = Math.max(-limitX, Math.min(limitX, zoom.x + deltaX));
  const y = Math.max(-limitY, Math.min(limitY, zoom.y + deltaY));
  return { scale: zoom.scale, x, y };
}
