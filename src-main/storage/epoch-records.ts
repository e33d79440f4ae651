/** What a run recorded per epoch: its own metrics, and one row per sample. */
import type Database from 'better-sqlite3';
import type { ClassId, RunId, SampleId } from '../core/dataset/sample.ts';
import type { EpochMetrics, EpochSignals } from '../core/reweight/signals.ts';
import type { SampleEpoch } from '../services/ports/run-store.ts';
import { BulkInsert, deleteAll } from './bulk-insert.ts';
import type { Connection } from './connection.ts';
import { readNaNs } from './nan-columns.ts';
import { classOfOutput, requireLengths, type RunOrder, type RunOrders } from './run-order.ts';
import { parseNumbers } from './stored-json.ts';

type MetricsRow = Omit<EpochMetrics, 'weightHistogram'> & { readonly weightHistogram: string };

const signalNames = ['weight', 'alignment', 'cosine', 'harm', 'margin', 'loss', 'probability'] as const;
type SignalName = (typeof signalNames)[number];

interface SampleEpochRow extends Record<SignalName, number | null> {
  readonly epochIndex: number;
  readonly visits: number;
  readonly predictedClassId: ClassId;
}

export class EpochRecords {
  readonly #connection: Connection;
  readonly #orders: RunOrders;
  readonly #insertSamples: BulkInsert;
  readonly #deleteSamples: Database.Statement<[RunId, number, number]>;
  readonly #deleteEpochs: Database.Statement<[RunId, number]>;
  readonly #addEpoch: Database.Statement<[RunId, ...(number | string | null)[]]>;
  readonly #countEpochs: Database.Statement<[RunId], { count: number }>;
  readonly #epochs: Database.Statement<[RunId], MetricsRow>;
  readonly #checkpointFile: Database.Statement<[RunId], { file: string }>;
  readonly #history: Database.Statement<[SampleId, RunId], SampleEpochRow>;

  constructor(connection: Connection, orders: RunOrders) {
    this.#connection = connection;
    this.#orders = orders;
    this.#insertSamples = new BulkInsert(connection, 'sample_epochs', [
      'run_id',
      'epoch_index',
      'sample_id',
      'visits',
      ...signalNames,
      'predicted_class_id',
    ]);
    this.#deleteSamples = connection.prepare('DELETE FROM sample_epochs WHERE run_id = ? AND epoch_index >= ? LIMIT ?');
    this.#deleteEpochs = connection.prepare('DELETE FROM run_epochs WHERE run_id = ? AND epoch_index >= ?');
    this.#addEpoch = connection.prepare('INSERT INTO run_epochs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#countEpochs = connection.prepare('SELECT count(*) AS count FROM run_epochs WHERE run_id = ?');
    this.#epochs = connection.prepare(
      `SELECT epoch_index AS epochIndex, training_loss AS trainingLoss, trusted_loss AS trustedLoss,
       trusted_accuracy AS trustedAccuracy, zero_weight_share AS zeroWeightShare, skipped_steps AS skippedSteps,
       effective_sample_size AS effectiveSampleSize, learning_rate AS learningRate, duration_ms AS durationMs,
       examples_per_second AS examplesPerSecond, tensor_count AS tensorCount, weight_histogram AS weightHistogram
       FROM run_epochs WHERE run_id = ? ORDER BY epoch_index`,
    );
    this.#checkpointFile = connection.prepare(
      'SELECT checkpoint_file AS file FROM run_epochs WHERE run_id = ? ORDER BY epoch_index DESC LIMIT 1',
    );
    // The join leaves out epochs that never became complete. CROSS JOIN fixes the order: epochs first, one look-up in each.
    this.#history = connection.prepare(
      `SELECT e.epoch_index AS epochIndex, s.visits, ${signalNames.map((name) => `s.${name}`).join(', ')},
       s.predicted_class_id AS predictedClassId
       FROM run_epochs AS e CROSS JOIN sample_epochs AS s
       ON s.run_id = e.run_id AND s.epoch_index = e.epoch_index AND s.sample_id = ?
       WHERE e.run_id = ? ORDER BY e.epoch_index`,
    );
  }

  /**
   * Writes epoch `metrics.epochIndex`, replacing it and any later ones. Samples without a visit get no row. Epochs are
   * written in order: one that would leave a gap is a mistake of the caller's.
   */
  async writeEpoch(id: RunId, metrics: EpochMetrics, signals: EpochSignals, checkpointFile: string): Promise<void> {
    const order = this.#orders.get(id);
    requireLengths({ ...signals }, order);
    await this.#deleteFrom(id, metrics.epochIndex);
    await this.#writeSamples(id, metrics.epochIndex, signals, order);
    this.#connection.write(() => this.#addEpoch.run(id, ...toRow(metrics), checkpointFile));
  }

  epochs(id: RunId): readonly EpochMetrics[] {
    const rows = this.#connection.read(() => this.#epochs.all(id));
    return rows.map((row) => ({
      ...row,
      // NaN is stored as NULL; only the accuracy has a null of its own.
      trainingLoss: row.trainingLoss ?? Number.NaN,
      trustedLoss: row.trustedLoss ?? Number.NaN,
      zeroWeightShare: row.zeroWeightShare ?? Number.NaN,
      effectiveSampleSize: row.effectiveSampleSize ?? Number.NaN,
      examplesPerSecond: row.examplesPerSecond ?? Number.NaN,
      weightHistogram: parseNumbers(row.weightHistogram, 'a histogram of weights'),
    }));
  }

  checkpointFile(id: RunId): string | null {
    return this.#connection.read(() => this.#checkpointFile.get(id)?.file ?? null);
  }

  /** One entry for each complete epoch in which the sample was visited. */
  history(id: RunId, sampleId: SampleId): readonly SampleEpoch[] {
    const rows = this.#connection.read(() => this.#history.all(sampleId, id));
    return rows.map((row) => ({
      epochIndex: row.epochIndex,
      visits: row.visits,
      ...readNaNs(row, signalNames),
      predictedClassId: row.predictedClassId,
    }));
  }

  async #deleteFrom(id: RunId, epochIndex: number): Promise<void> {
    // First the rows that make the epochs count, so that a kill in between leaves no epoch that is only half there.
    this.#connection.write(() => {
      this.#deleteEpochs.run(id, epochIndex);
      const count = this.#countEpochs.get(id)?.count ?? 0;
      if (count !== epochIndex) throw new Error(`Epoch ${epochIndex} cannot follow on ${count} epochs of run ${id}.`);
    });
    await deleteAll(this.#connection, this.#deleteSamples, [id, epochIndex]);
  }

  async #writeSamples(id: RunId, epochIndex: number, signals: EpochSignals, order: RunOrder): Promise<void> {
    await this.#insertSamples.insertAll(order.sampleIds.length, (index, values) => {
      const position = order.byAscendingId[index] ?? 0;
      const visits = signals.visits[position] ?? 0;
      if (visits === 0) return;
      values.push(id, epochIndex, order.sampleIds[position] ?? null, visits);
      for (const name of signalNames) values.push(signals[name][position] ?? null);
      values.push(classOfOutput(order, signals.predicted[position] ?? -1));
    });
  }
}

function toRow(metrics: EpochMetrics): (number | string | null)[] {
  return [
    metrics.epochIndex,
    metrics.trainingLoss,
    metrics.trustedLoss,
    metrics.trustedAccuracy,
    metrics.zeroWeightShare,
    metrics.skippedSteps,
    metrics.effectiveSampleSize,
    metrics.learningRate,
    metrics.durationMs,
    metrics.examplesPerSecond,
    metrics.tensorCount,
    JSON.stringify(metrics.weightHistogram),
  ];
}
