import { describe, expect, it } from 'vitest';
import type { NoiseMatrix } from '../../../src-main/contract/payloads.ts';
import type { ClassId, RunId } from '../../../src-main/core/dataset/sample.ts';
import { makeNoiseTable, topMistakes } from '../../../src-renderer/features/review/noise-table.ts';

function makeMatrix(expectedCounts: number[][]): NoiseMatrix {
  const classIds = expectedCounts.map((_, index) => (index + 1) as ClassId);
  const probabilities = expectedCounts.map((row) => row.map(() => 1 / row.length));
  return { runId: 1 as RunId, classIds, probabilities, expectedCounts, estimatedErrors: 9 };
}

const counts = [
  [900, 4, 0],
  [2, 800, 0],
  [0, 3, 50],
];

describe('the table of mistakes', () => {
  it('scales its colours to the most frequent mistake, and leaves the right labels uncoloured', () => {
    const { classIds, rows, leftOut } = makeNoiseTable(makeMatrix(counts));
    expect([classIds, leftOut]).toEqual([[1, 2, 3], 0]);
    expect(rows.map(({ cells }) => cells.map(({ strength }) => strength))).toEqual([
      [0, 1, 0],
      [0.5, 0, 0],
      [0, 0.75, 0],
    ]);
    expect(rows[2]?.cells[1]).toEqual({ givenClassId: 2, expected: 3, strength: 0.75 });
  });

  it('keeps the classes with the most mistakes, in their order, where there are too many', () => {
    const { classIds, rows, leftOut } = makeNoiseTable(makeMatrix(counts), 2);
    expect([classIds, leftOut]).toEqual([[1, 2], 1]);
    expect(rows.map(({ cells }) => cells.length)).toEqual([2, 2]);
  });

  it('names the most frequent mistakes first, and none that is hardly expected', () => {
    const table = makeNoiseTable(makeMatrix([...counts.slice(0, 2), [0.2, 3, 50]]));
    expect(topMistakes(table).map(({ classId, givenClassId }) => [classId, givenClassId])).toEqual([
      [1, 2],
      [3, 2],
      [2, 1],
    ]);
    expect(topMistakes(table, 1)).toHaveLength(1);
  });

  it('is uncoloured where nothing is mistaken', () => {
    const { rows } = makeNoiseTable(
      makeMatrix([
        [5, 0],
        [0, 5],
      ]),
    );
    expect(rows.flatMap(({ cells }) => cells.map(({ strength }) => strength))).toEqual([0, 0, 0, 0]);
  });
});
