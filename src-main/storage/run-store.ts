/** The RunStore port, put together from the records of runs, epochs and scores. */
import type { RunId, SampleId } from '../core/dataset/sample.ts';
import type { RunScores } from '../core/ranking/run-scores.ts';
import type { EpochMetrics, EpochSignals } from '../core/reweight/signals.ts';
import type { RankedSample, RankQuery, Run, RunStatus, RunStore, SampleEpoch } from '../services/ports/run-store.ts';
import type { RunInputs } from '../services/ports/columns.ts';
import type { Connection } from './connection.ts';
import { EpochRecords } from './epoch-records.ts';
import { RunArrays } from './run-arrays.ts';
import { RunOrders } from './run-order.ts';
import { NoiseEstimates } from './noise-estimates.ts';
import { RunRecords } from './run-records.ts';
import { ScoreLists } from './score-lists.ts';
import { ScorePages } from './score-pages.ts';
import { ScoreRecords } from './score-records.ts';

export class SqliteRunStore implements RunStore {
  readonly #runs: RunRecords;
  readonly #epochs: EpochRecords;
  readonly #scores: ScoreRecords;
  readonly #pages: ScorePages;

  constructor(connection: Connection) {
    const arrays = new RunArrays(connection);
    const orders = new RunOrders(connection, arrays);
    this.#runs = new RunRecords(connection, orders);
    this.#epochs = new EpochRecords(connection, orders);
    const lists = new ScoreLists(connection);
    this.#scores = new ScoreRecords(connection, orders, arrays, lists, new NoiseEstimates(connection));
    this.#pages = new ScorePages(connection, lists);
  }

  create(run: Parameters<RunStore['create']>[0], nowMs: number): Run {
    return this.#runs.create(run, nowMs);
  }

  byId(id: RunId): Run | null {
    return this.#runs.byId(id);
  }

  all(): readonly Run[] {
    return this.#runs.all();
  }

  latestFinished(): Run | null {
    return this.#runs.latestFinished();
  }

  sampleIds(id: RunId): readonly SampleId[] {
    return this.#runs.inputs(id).sampleIds;
  }

  inputs(id: RunId): RunInputs {
    return this.#runs.inputs(id);
  }

  addVersions(id: RunId, versions: Readonly<Record<string, string>>): void {
    this.#runs.addVersions(id, versions);
  }

  setStatus(id: RunId, status: RunStatus, nowMs: number, failure?: string): void {
    this.#runs.setStatus(id, status, nowMs, failure);
  }

  writeEpoch(id: RunId, metrics: EpochMetrics, signals: EpochSignals, checkpointFile: string): Promise<void> {
    return this.#epochs.writeEpoch(id, metrics, signals, checkpointFile);
  }

  epochs(id: RunId): readonly EpochMetrics[] {
    return this.#epochs.epochs(id);
  }

  checkpointFile(id: RunId): string | null {
    return this.#epochs.checkpointFile(id);
  }

  writeScores(id: RunId, scores: RunScores): Promise<void> {
    return this.#scores.writeScores(id, scores);
  }

  scores(id: RunId): Promise<RunScores | null> {
    return this.#scores.scores(id);
  }

  plateau(id: RunId): number | null {
    return this.#scores.plateau(id);
  }

  ranked(query: RankQuery): readonly RankedSample[] {
    return this.#pages.ranked(query);
  }

  scoresOf(id: RunId, sampleId: SampleId): RankedSample | null {
    return this.#pages.scoresOf(id, sampleId);
  }

  history(id: RunId, sampleId: SampleId): readonly SampleEpoch[] {
    return this.#epochs.history(id, sampleId);
  }
}
