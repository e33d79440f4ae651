/** The noise matrix as a table that fits a window: which class is mistaken for which, and how often. */
import type { NoiseMatrix } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';

/** Classes shown at once. */
export const mostClasses = 20;

export interface NoiseCell {
  readonly givenClassId: ClassId;
  /** Samples labelled so that are expected to be of the row's class. */
  readonly expected: number;
  /** Strength of the colour, in [0, 1]: 1 for the largest of the shown counts. */
  readonly strength: number;
}

export interface NoiseTable {
  /** Of rows and columns, in their usual order. */
  readonly classIds: readonly ClassId[];
  /** How many classes are left out: those with the fewest expected errors. */
  readonly leftOut: number;
  readonly rows: readonly { readonly classId: ClassId; readonly cells: readonly NoiseCell[] }[];
}

/** Rows are what the pictures seem to be, columns what they are labelled as. The diagonal has the strength 0. */
export function makeNoiseTable({ classIds, expectedCounts }: NoiseMatrix, most = mostClasses): NoiseTable {
  const count = (row: number, column: number): number => expectedCounts[row]?.[column] ?? 0;
  const places = classIds.map((_, place) => place);
  const errorsOf = (place: number): number =>
    places.reduce((sum, other) => (other === place ? sum : sum + count(place, other) + count(other, place)), 0);
  const errors = places.map(errorsOf);
  const shown = places
    .toSorted((a, b) => (errors[b] ?? 0) - (errors[a] ?? 0))
    .slice(0, most)
    .sort((a, b) => a - b);
  const largest = Math.max(
    ...shown.flatMap((row) => shown.map((column) => (row === column ? 0 : count(row, column)))),
    Number.MIN_VALUE,
  );
  const idAt = (place: number): readonly ClassId[] => classIds.slice(place, place + 1);
  return {
    classIds: shown.flatMap(idAt),
    leftOut: classIds.length - shown.length,
    rows: shown.flatMap((row) =>
      idAt(row).map((classId) => ({
        classId,
        cells: shown.flatMap((column) =>
          idAt(column).map((givenClassId) => {
            const expected = count(row, column);
            return { givenClassId, expected, strength: row === column ? 0 : expected / largest };
          }),
        ),
      })),
    ),
  };
}

export interface Mistake {
  readonly classId: ClassId;
  readonly givenClassId: ClassId;
  readonly expected: number;
}

/** The most frequent mistakes, of those that are expected at least once. */
export function topMistakes({ rows }: NoiseTable, most = 5): readonly Mistake[] {
  return rows
    .flatMap(({ classId, cells }) => cells.map(({ givenClassId, expected }) => ({ classId, givenClassId, expected })))
    .filter(({ classId, givenClassId, expected }) => classId !== givenClassId && expected >= 0.5)
    .sort((a, b) => b.expected - a.expected)
    .slice(0, most);
}
