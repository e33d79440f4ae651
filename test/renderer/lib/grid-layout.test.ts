import { describe, expect, it } from 'vitest';
import { layOutGrid, moveInGrid } from '../../../src-renderer/lib/grid-layout.ts';

describe('layout', () => {
  it('fills the width with cells of at least the wished size', () => {
    const { columns, cellWidth, gap } = layOutGrid(824, 148);
    expect(columns).toBe(5);
    expect(cellWidth).toBeGreaterThanOrEqual(148);
    expect(columns * cellWidth + (columns - 1) * gap).toBeLessThanOrEqual(824);
  });

  it('has one column where not even one cell fits', () => {
    expect(layOutGrid(40, 148)).toMatchObject({ columns: 1, cellWidth: 40 });
  });
});

describe('moves in a grid of ten images in four columns', () => {
  const grid = { count: 10, columns: 4, rowsPerPage: 2 };
  const cases = [
    ['left', 4, 3],
    ['left', 0, 0],
    ['right', 3, 4],
    ['right', 9, 9],
    ['up', 6, 2],
    ['up', 2, 2],
    ['down', 1, 5],
    ['down', 7, 9],
    ['down', 8, 8],
    ['page-down', 1, 9],
    ['page-up', 9, 1],
    ['row-start', 6, 4],
    ['row-end', 5, 7],
    ['row-end', 8, 9],
    ['start', 7, 0],
    ['end', 2, 9],
  ] as const;

  it.each(cases)('%s from %i leads to %i', (move, from, to) => {
    expect(moveInGrid(move, from, grid)).toBe(to);
  });

  it('stays at 0 in an empty list', () => {
    expect(moveInGrid('down', 0, { ...grid, count: 0 })).toBe(0);
  });
});
