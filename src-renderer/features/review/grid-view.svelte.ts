/** Where the grid stands: its size, its scroll place, and the cell with the focus. No DOM: the component hands in numbers. */
import type { GridMove } from '../../lib/grid-layout.ts';
import { defaultCell, layOutGrid, moveInGrid, rowsFor } from '../../lib/grid-layout.ts';
import type { VirtualGeometry } from '../../lib/virtual-rows.ts';
import {
  maxTop,
  scrollFromTop,
  spacerHeight,
  topAfterScroll,
  topToReveal,
  visibleRows,
} from '../../lib/virtual-rows.ts';

/** Rows drawn above and below the view, so that a wheel's step finds them there. */
const overscanRows = 2;
/** Faster than a whole view in so many milliseconds, nobody sees single pictures. */
const fastViewMs = 120;
/** The next scroll event after a longer pause begins a new movement. */
const longestStepMs = 200;

export class GridView {
  count = $state(0);
  focusIndex = $state(0);
  width = $state(0);
  height = $state(0);
  cellSize = $state(defaultCell);
  /** Pixels from the start of the list to the upper edge of the view. */
  top = $state(0);
  /** What the scroll bar of the element should stand at. */
  scrollTop = $state(0);
  /** True while the list is flung past or the scroll bar is dragged. */
  isFast = $state(false);
  #scrolledAtMs = -Infinity;
  readonly layout = $derived(layOutGrid(this.width, this.cellSize));
  readonly rowHeight = $derived(this.layout.cellHeight + this.layout.gap);
  readonly rowCount = $derived(rowsFor(this.count, this.layout.columns));
  readonly geometry = $derived<VirtualGeometry>({
    rowCount: this.rowCount,
    rowHeight: this.rowHeight,
    viewHeight: this.height,
  });
  readonly spacer = $derived(spacerHeight(this.geometry));
  /** The rows to draw, [firstRow, lastRow). */
  readonly firstRow = $derived(visibleRows(this.geometry, this.top, overscanRows).start);
  readonly lastRow = $derived(visibleRows(this.geometry, this.top, overscanRows).end);
  readonly rowsPerPage = $derived(Math.max(1, Math.floor(this.height / this.rowHeight)));

  /** First and last index to load, `end` exclusive. */
  get range(): { readonly start: number; readonly end: number } {
    const { columns } = this.layout;
    return { start: this.firstRow * columns, end: Math.min(this.count, this.lastRow * columns) };
  }

  /** Which row an element draws, so that each keeps its row for as long as that is in view. */
  rowInSlot(slot: number): number {
    const slots = this.lastRow - this.firstRow;
    return this.firstRow + ((((slot - this.firstRow) % slots) + slots) % slots);
  }

  /**
   * A new size of the view or of the cells. The focused cell stays at the height it was seen at. Without a size nothing is laid out yet, and
   * the place is kept for when it is.
   */
  resize(width: number, height: number, cellSize: number): void {
    if (width <= 0 || height <= 0) return;
    const before = this.#focusTop() - this.top;
    const wasInView = before > -this.rowHeight && before < this.height;
    const share = this.rowHeight > 0 ? this.top / this.rowHeight / Math.max(1, this.rowCount) : 0;
    this.width = width;
    this.height = height;
    this.cellSize = cellSize;
    this.moveTo(wasInView ? this.#focusTop() - before : share * this.rowCount * this.rowHeight);
    if (wasInView) this.reveal(this.focusIndex);
  }

  /** The element was scrolled by the user. */
  scrolled(scrollTop: number, nowMs: number): void {
    // Screens with fractional scaling report back a fraction of what was set.
    if (Math.abs(scrollTop - this.scrollTop) < 1) return;
    const before = this.top;
    this.top = topAfterScroll(this.geometry, this, scrollTop);
    this.scrollTop = scrollTop;
    const stepMs = nowMs - this.#scrolledAtMs;
    this.#scrolledAtMs = nowMs;
    this.isFast = stepMs < longestStepMs && Math.abs(this.top - before) * fastViewMs > this.height * stepMs;
  }

  /** Lets the scroll bar agree with the place again, once scrolling has come to rest. */
  settle(): void {
    this.isFast = false;
    this.scrollTop = Math.round(scrollFromTop(this.geometry, this.top));
  }

  moveTo(top: number): void {
    this.top = Math.max(0, Math.min(maxTop(this.geometry), Math.round(top)));
    this.settle();
  }

  focus(index: number): void {
    this.focusIndex = Math.max(0, Math.min(this.count - 1, index));
    this.reveal(this.focusIndex);
  }

  /** The index that a move would lead to. */
  target(move: GridMove): number {
    const { count, rowsPerPage } = this;
    return moveInGrid(move, this.focusIndex, { count, columns: this.layout.columns, rowsPerPage });
  }

  reveal(index: number): void {
    const top = topToReveal(this.geometry, this.top, Math.floor(index / this.layout.columns));
    if (top !== this.top) this.moveTo(top);
  }

  /** The list changed around the focused picture, which is now at another index: it stays where it is on the screen. */
  shiftFocus(index: number): void {
    const offset = this.#focusTop() - this.top;
    this.focusIndex = Math.max(0, index);
    this.moveTo(this.#focusTop() - offset);
  }

  /** The index whose cell is nearest to a point of the view, in pixels from its upper left corner. */
  indexAt(x: number, y: number): number {
    const { columns, cellWidth, gap } = this.layout;
    const row = Math.floor((this.top + y) / this.rowHeight);
    const column = Math.max(0, Math.min(columns, Math.round(x / (cellWidth + gap))));
    return Math.max(0, Math.min(this.count, row * columns + column));
  }

  #focusTop(): number {
    return Math.floor(this.focusIndex / this.layout.columns) * this.rowHeight;
  }
}
