/** A ranked list as a CSV file, and as the records that `--json` prints. */
import { stringify } from 'csv-stringify';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TouchstoneError } from '../../core/errors.ts';
import { scoreNames, type ScoreName } from '../../core/ranking/run-scores.ts';
import type { RankedView } from '../../contract/payloads.ts';
import type { NameOf } from './class-names.ts';

const columns = [
  'path',
  'given_label',
  'suggested_label',
  'score',
  ...scoreNames.map(columnOf),
  'suggested_probability',
  'visits',
];

/** Columns are written in small letters with underscores: `self_confidence`. */
function columnOf(name: ScoreName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type RankingValue = string | number | null | readonly { readonly label: string; readonly probability: number | null }[];

/** One image with the columns of the CSV file, and its alternatives, which the file has no place for. */
export function toRankingRecord(row: RankedView, nameOf: NameOf, by: ScoreName): Record<string, RankingValue> {
  return {
    path: row.path,
    given_label: nameOf(row.givenClassId),
    suggested_label: nameOf(row.suggestedClassId),
    score: rounded(row.scores[by]),
    ...Object.fromEntries(scoreNames.map((name) => [columnOf(name), rounded(row.scores[name])])),
    suggested_probability: rounded(row.suggestedProbability),
    visits: row.visits,
    alternatives: row.alternatives.map(({ classId, probability }) => ({
      label: nameOf(classId),
      probability: rounded(probability),
    })),
  };
}

/** Scores are float32: more than seven digits would be noise. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(7));
}

/** Streams the rows into the file, in their order. */
export async function writeRanking(
  file: string,
  rows: Iterable<RankedView> | AsyncIterable<RankedView>,
  nameOf: NameOf,
  by: ScoreName,
): Promise<void> {
  const records = Readable.from(rows).map((row: RankedView) => toRankingRecord(row, nameOf, by));
  try {
    await pipeline(records, stringify({ header: true, columns }), createWriteStream(file));
  } catch (error) {
    throw new TouchstoneError('file-system', `${file}: cannot be written (${(error as Error).message}).`, {
      details: { file },
      cause: error,
    });
  }
}
