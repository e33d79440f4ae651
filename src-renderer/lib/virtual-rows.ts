/**
 * Scroll arithmetic for a list that may be taller than any element can be.
 *
 * Two spaces: `top` is the true distance from the start of the list to the upper edge of the view, without limit;
 * `scrollTop` is the browser's, within a spacer of at most `maxSpacer` pixels. Within `edge` pixels of both ends they
 * agree pixel for pixel; between, one pixel of the scroll bar stands for several of the list, while wheel and keys still
 * move the list by the pixels they ask for.
 */

export interface VirtualGeometry {
  readonly rowCount: number;
  /** Pixels, the gap below a row included. */
  readonly rowHeight: number;
  readonly viewHeight: number;
  /** Browsers lose precision beyond some tens of millions of pixels; Chromium stops at 33.5 million, Firefox at 17.8. */
  readonly maxSpacer?: number;
}

const defaultMaxSpacer = 8_000_000;
/** Share of the spacer at either end that maps pixel for pixel. */
const edgeShare = 1 / 8;

/** Height of the spacer element, in pixels. */
export function spacerHeight(geometry: VirtualGeometry): number {
  return Math.min(totalHeight(geometry), geometry.maxSpacer ?? defaultMaxSpacer);
}

/** Height of the whole list in its own space, in pixels. */
function totalHeight({ rowCount, rowHeight, viewHeight }: VirtualGeometry): number {
  return Math.max(rowCount * rowHeight, viewHeight);
}

/** Largest `top`. */
export function maxTop(geometry: VirtualGeometry): number {
  return totalHeight(geometry) - geometry.viewHeight;
}

function edges(geometry: VirtualGeometry): { edge: number; maxScroll: number; topRange: number } {
  const maxScroll = Math.max(0, spacerHeight(geometry) - geometry.viewHeight);
  return { edge: Math.floor(maxScroll * edgeShare), maxScroll, topRange: maxTop(geometry) };
}

/** Where in the list a position of the scroll bar stands. */
export function topFromScroll(geometry: VirtualGeometry, scrollTop: number): number {
  const { edge, maxScroll, topRange } = edges(geometry);
  if (topRange <= maxScroll || scrollTop <= edge) return clamp(scrollTop, 0, topRange);
  if (scrollTop >= maxScroll - edge) return clamp(topRange - (maxScroll - scrollTop), 0, topRange);
  const ratio = (topRange - 2 * edge) / (maxScroll - 2 * edge);
  return edge + (scrollTop - edge) * ratio;
}

/** The position of the scroll bar that stands for a place in the list. */
export function scrollFromTop(geometry: VirtualGeometry, top: number): number {
  const { edge, maxScroll, topRange } = edges(geometry);
  if (topRange <= maxScroll || top <= edge) return clamp(top, 0, maxScroll);
  if (top >= topRange - edge) return clamp(maxScroll - (topRange - top), 0, maxScroll);
  const ratio = (maxScroll - 2 * edge) / (topRange - 2 * edge);
  return edge + (top - edge) * ratio;
}

/**
 * The list's place after the browser scrolled from one position to another.
 *
 * A step shorter than two views is a wheel or a key and moves the list by as many pixels; a longer one is the scroll bar
 * being dragged and is mapped. The two ends of the scroll bar are always the two ends of the list.
 */
export function topAfterScroll(
  geometry: VirtualGeometry,
  before: { readonly top: number; readonly scrollTop: number },
  scrollTop: number,
): number {
  const { maxScroll, topRange } = edges(geometry);
  if (topRange <= maxScroll) return topFromScroll(geometry, scrollTop);
  if (scrollTop <= 0 || scrollTop >= maxScroll) return topFromScroll(geometry, scrollTop);
  const step = scrollTop - before.scrollTop;
  if (Math.abs(step) > 2 * geometry.viewHeight) return topFromScroll(geometry, scrollTop);
  return clamp(before.top + step, 0, topRange);
}

/** The rows to draw: those in view and `overscan` more on either side; `end` is exclusive. */
export function visibleRows(geometry: VirtualGeometry, top: number, overscan: number): { start: number; end: number } {
  const { rowCount, rowHeight, viewHeight } = geometry;
  const start = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const end = Math.min(rowCount, Math.ceil((top + viewHeight) / rowHeight) + overscan);
  return { start: Math.min(start, end), end };
}

/** The smallest change of `top` that brings a row fully into view. */
export function topToReveal(geometry: VirtualGeometry, top: number, rowIndex: number): number {
  const rowTop = rowIndex * geometry.rowHeight;
  const rowBottom = rowTop + geometry.rowHeight;
  if (rowTop < top) return rowTop;
  if (rowBottom > top + geometry.viewHeight) return clamp(rowBottom - geometry.viewHeight, 0, maxTop(geometry));
  return top;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
