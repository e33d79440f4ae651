/** How many cells fit beside each other, how large they are, and where keys lead in such a grid. */

export interface GridLayout {
  readonly columns: number;
  /** Pixels, the gap not included. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly gap: number;
}

export const smallestCell = 72;
export const largestCell = 320;
export const defaultCell = 128;
/** Below the picture: one line for the given label, one for the suggestion. */
const captionHeight = 40;
const gap = 8;

/** Cells of at least `cellSize` pixels that fill `width` evenly. */
export function layOutGrid(width: number, cellSize: number): GridLayout {
  const columns = Math.max(1, Math.floor((width + gap) / (cellSize + gap)));
  const cellWidth = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  return { columns, cellWidth, cellHeight: cellWidth + captionHeight, gap };
}

/** Rows that `count` cells take. */
export function rowsFor(count: number, columns: number): number {
  return Math.ceil(count / columns);
}

export const gridMoves = [
  'left',
  'right',
  'up',
  'down',
  'page-up',
  'page-down',
  'row-start',
  'row-end',
  'start',
  'end',
] as const;
export type GridMove = (typeof gridMoves)[number];

/**
 * The index that a key leads to from `index`, within [0, count).
 *
 * Left and right run on over the ends of rows; up and down keep the column and stop at the edge.
 */
export function moveInGrid(
  move: GridMove,
  index: number,
  grid: { readonly count: number; readonly columns: number; readonly rowsPerPage: number },
): number {
  const { count, columns } = grid;
  if (count === 0) return 0;
  const rowStart = index - (index % columns);
  const targets: Readonly<Record<GridMove, number>> = {
    left: index - 1,
    right: index + 1,
    up: index < columns ? index : index - columns,
    down: stepDown(index, columns, 1, count),
    'page-up': Math.max(index % columns, index - columns * grid.rowsPerPage),
    'page-down': stepDown(index, columns, grid.rowsPerPage, count),
    'row-start': rowStart,
    'row-end': rowStart + columns - 1,
    start: 0,
    end: count - 1,
  };
  return Math.max(0, Math.min(count - 1, targets[move]));
}

function stepDown(index: number, columns: number, rows: number, count: number): number {
  const lastRow = Math.floor((count - 1) / columns);
  const row = Math.min(lastRow, Math.floor(index / columns) + rows);
  return row === Math.floor(index / columns) ? index : row * columns + (index % columns);
}
