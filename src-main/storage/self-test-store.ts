/** Self-tests in the project file, the latest of each run. */
import type Database from 'better-sqlite3';
import type { RunId } from '../core/dataset/sample.ts';
import type { SelfTestStore } from '../services/ports/self-test-store.ts';
import type { Connection } from './connection.ts';

type Report = NonNullable<ReturnType<SelfTestStore['read']>>;

interface SelfTestRow {
  readonly fromMatrix: number;
  readonly hard: number;
  readonly uniform: number;
  readonly cut: number;
  readonly recallLow: number | null;
  readonly recallHigh: number | null;
  readonly precisionLow: number | null;
  readonly precisionHigh: number | null;
  readonly reviewLow: number | null;
  readonly reviewHigh: number | null;
}

export class SqliteSelfTestStore implements SelfTestStore {
  readonly #connection: Connection;
  readonly #read: Database.Statement<[RunId], SelfTestRow>;
  readonly #write: Database.Statement<number[]>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#read = connection.prepare(
      `SELECT planted_from_matrix AS fromMatrix, planted_hard AS hard, planted_uniform AS uniform, cut, recall_low AS recallLow, recall_high AS recallHigh,
       precision_low AS precisionLow, precision_high AS precisionHigh, review_low AS reviewLow, review_high AS reviewHigh
       FROM self_tests WHERE run_id = ?`,
    );
    this.#write = connection.prepare('INSERT OR REPLACE INTO self_tests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  read(runId: RunId): Report | null {
    const row = this.#connection.read(() => this.#read.get(runId));
    if (row === undefined) return null;
    const { fromMatrix, hard, uniform, cut } = row;
    return {
      ...{ runId, planted: { fromMatrix, hard, uniform }, cut },
      recall: range(row.recallLow, row.recallHigh),
      precisionOfNext: range(row.precisionLow, row.precisionHigh),
      reviewForMost: range(row.reviewLow, row.reviewHigh),
    };
  }

  replace({ runId, planted, cut, recall, precisionOfNext, reviewForMost }: Report): void {
    const ends = [recall, precisionOfNext, reviewForMost].flatMap(({ low, high }) => [low, high]);
    this.#connection.write(() =>
      this.#write.run(runId, planted.fromMatrix, planted.hard, cut, ...ends, planted.uniform),
    );
  }
}

/** SQLite keeps NaN as NULL. */
function range(low: number | null, high: number | null): Report['recall'] {
  return { low: low ?? Number.NaN, high: high ?? Number.NaN };
}
