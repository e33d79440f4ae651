/**
 * Reading the ranked lists.
 *
 * What has changed since the lists were written, samples that have gone or that are trusted by now, is left out when a page is read.
 */
import type Database from 'better-sqlite3';
import type { ClassId, RunId, Sample, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { scoreNames, type ScoreName } from '../core/ranking/run-scores.ts';
import type { RankedSample, RankQuery } from '../services/ports/run-store.ts';
import type { Connection } from './connection.ts';
import { readNaNs } from './nan-columns.ts';
import { everyClass, rankKey, scoreCodes, scoreColumns } from './rank-key.ts';
import { runNotFound } from './run-order.ts';
import type { ListPlace, ScoreLists } from './score-lists.ts';
import { sampleColumns, toSample } from './sample-columns.ts';
import { toVerdict, verdictColumns, type VerdictRow } from './verdict-columns.ts';

type RankedRow = Sample &
  VerdictRow &
  Record<ScoreName, number | null> & {
    readonly visits: number;
    readonly suggestedClassId: ClassId;
    readonly suggestedProbability: number | null;
  };

const rankedColumns = `${sampleColumns}, ${verdictColumns}, ${scoreNames.map((name) => `c.${scoreColumns[name]} AS ${name}`).join(', ')},
  c.visits, c.suggested_class_id AS suggestedClassId, c.suggested_probability AS suggestedProbability`;

/** An entry of a ranked list as a row of a page; exported so that a test can ask SQLite how it would run it. */
export const entryStatement = `SELECT ${rankedColumns} FROM samples AS s
  CROSS JOIN sample_scores AS c ON c.sample_id = s.id LEFT JOIN verdicts AS v ON v.sample_id = s.id
  WHERE c.run_id = ? AND s.id = ? AND s.presence = 'present' AND v.trusted_class_id IS NULL`;

export class ScorePages {
  readonly #connection: Connection;
  readonly #hasScores: Database.Statement<[RunId], { hasScores: 0 | 1 }>;
  readonly #lists: ScoreLists;
  readonly #entry: Database.Statement<[RunId, SampleId], RankedRow>;
  readonly #scoresOf: Database.Statement<[RunId, SampleId], RankedRow>;

  constructor(connection: Connection, lists: ScoreLists) {
    this.#connection = connection;
    this.#hasScores = connection.prepare('SELECT has_scores AS hasScores FROM runs WHERE id = ?');
    this.#lists = lists;
    this.#entry = connection.prepare(entryStatement);
    this.#scoresOf = connection.prepare(
      `SELECT ${rankedColumns} FROM runs AS r CROSS JOIN sample_scores AS c ON c.run_id = r.id
       CROSS JOIN samples AS s ON s.id = c.sample_id LEFT JOIN verdicts AS v ON v.sample_id = c.sample_id
       WHERE r.id = ? AND r.has_scores = 1 AND c.sample_id = ?`,
    );
  }

  /**
   * A page of a ranked list, the most suspicious sample first, ties by ascending id. Empty for a run without scores.
   * `classId` is the given class that a sample had when the scores were written.
   */
  ranked(query: RankQuery): readonly RankedSample[] {
    const { runId, by, classId, limit, after, before } = query;
    if (!Number.isInteger(limit) || limit < 1 || (after !== undefined && before !== undefined)) {
      throw new TouchstoneError(
        'wrong-use',
        `A page needs a limit of at least 1 (not ${limit}), and "after" or "before", not both.`,
      );
    }
    if (!this.#runHasScores(runId)) return [];
    const list = [runId, scoreCodes[by], classId ?? everyClass] as const;
    return this.#connection.read(() => {
      if (before === undefined) return this.#take(runId, this.#lists.idsBehind(list, placeOf(by, after)), limit);
      return this.#take(runId, this.#lists.idsInFront(list, placeOf(by, before)), limit).reverse();
    });
  }

  /** Null where the run has no scores, or never visited the sample. Scores that are not numbers are NaN. */
  scoresOf(id: RunId, sampleId: SampleId): RankedSample | null {
    const row = this.#connection.read(() => this.#scoresOf.get(id, sampleId));
    return row === undefined ? null : toRankedSample(row);
  }

  #runHasScores(id: RunId): boolean {
    const row = this.#connection.read(() => this.#hasScores.get(id));
    if (row === undefined) throw runNotFound(id);
    return row.hasScores === 1;
  }

  #take(runId: RunId, ids: Iterable<SampleId>, limit: number): RankedSample[] {
    const page: RankedSample[] = [];
    for (const id of ids) {
      const row = this.#entry.get(runId, id);
      if (row !== undefined) page.push(toRankedSample(row));
      if (page.length === limit) break;
    }
    return page;
  }
}

/** The start of the list where there is no key. */
function placeOf(by: ScoreName, key: RankQuery['after']): ListPlace {
  if (key === undefined) return { key: Number.NEGATIVE_INFINITY, id: 0 };
  return { key: rankKey(by, key.score), id: key.id };
}

function toRankedSample(row: RankedRow): RankedSample {
  return {
    sample: toSample(row),
    verdict: toVerdict(row),
    scores: readNaNs(row, scoreNames),
    visits: row.visits,
    suggestedClassId: row.suggestedClassId,
    suggestedProbability: row.suggestedProbability ?? Number.NaN,
  };
}
