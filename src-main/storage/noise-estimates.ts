/** What runs said of the labels as a whole: a row per run, and one per pair of its outputs. */
import type Database from 'better-sqlite3';
import type { RunId } from '../core/dataset/sample.ts';
import type { NoiseEstimate } from '../core/ranking/run-scores.ts';
import type { Connection } from './connection.ts';

interface PairRow {
  readonly probability: number;
  readonly expectedCount: number;
}

export class NoiseEstimates {
  readonly #connection: Connection;
  readonly #delete: Database.Statement<[RunId]>;
  readonly #add: Database.Statement<[RunId, number]>;
  readonly #addPair: Database.Statement<[RunId, number, number, number, number]>;
  readonly #errorCount: Database.Statement<[RunId], { errorCount: number }>;
  readonly #pairs: Database.Statement<[RunId], PairRow>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#delete = connection.prepare('DELETE FROM noise_estimates WHERE run_id = ?');
    this.#add = connection.prepare('INSERT INTO noise_estimates (run_id, error_count) VALUES (?, ?)');
    this.#addPair = connection.prepare('INSERT INTO noise_pairs VALUES (?, ?, ?, ?, ?)');
    this.#errorCount = connection.prepare('SELECT error_count AS errorCount FROM noise_estimates WHERE run_id = ?');
    this.#pairs = connection.prepare(
      `SELECT probability, expected_count AS expectedCount FROM noise_pairs WHERE run_id = ?
       ORDER BY true_output_index, given_output_index`,
    );
  }

  /** Belongs into a transaction of the caller's. */
  replace(runId: RunId, noise: NoiseEstimate | null): void {
    this.#delete.run(runId);
    if (noise === null) return;
    this.#add.run(runId, noise.errorCount);
    const classCount = Math.sqrt(noise.transition.length);
    for (const [pair, probability] of noise.transition.entries()) {
      const trueOutput = Math.floor(pair / classCount);
      this.#addPair.run(runId, trueOutput, pair % classCount, probability, noise.expectedCounts[pair] ?? 0);
    }
  }

  /** Null where the run's ranking gave none. */
  read(runId: RunId): NoiseEstimate | null {
    return this.#connection.read(() => {
      const errorCount = this.#errorCount.get(runId)?.errorCount;
      if (errorCount === undefined) return null;
      const pairs = this.#pairs.all(runId);
      return {
        errorCount,
        transition: Float64Array.from(pairs, (pair) => pair.probability),
        expectedCounts: Float64Array.from(pairs, (pair) => pair.expectedCount),
      };
    });
  }
}
