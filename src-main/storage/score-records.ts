/**
 * Writing the aggregates of a run and the ranked lists made of them, and reading the aggregates as whole arrays.
 *
 * A list holds the samples whose suspicion is a number (the trusted ones of the run have none).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { ClassId, RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { scoreNames, type RunScores, type ScoreName } from '../core/reweight/signals.ts';
import { BulkInsert, deleteAll } from './bulk-insert.ts';
import type { Connection } from './connection.ts';
import { everyClass, rankKey, scoreCodes } from './rank-key.ts';
import type { RunArrays } from './run-arrays.ts';
import { classOfOutput, requireLengths, type RunOrder, type RunOrders } from './run-order.ts';
import { ascendingOrder, groupedByClass } from './score-order.ts';

/** Classes of this many samples are read between two turns of the event loop. */
const classesPerTurn = 10_000;

export class ScoreRecords {
  readonly #connection: Connection;
  readonly #orders: RunOrders;
  readonly #arrays: RunArrays;
  readonly #insertScores: BulkInsert;
  readonly #insertOrders: BulkInsert;
  readonly #deleteScores: Database.Statement<[RunId, number]>;
  readonly #deleteOrders: Database.Statement<[RunId, number]>;
  readonly #setHasScores: Database.Statement<[0 | 1, RunId]>;
  readonly #hasScores: Database.Statement<[RunId], { hasScores: 0 | 1 }>;
  readonly #givenClass: Database.Statement<[number], { classId: ClassId }>;

  constructor(connection: Connection, orders: RunOrders, arrays: RunArrays) {
    this.#connection = connection;
    this.#orders = orders;
    this.#arrays = arrays;
    this.#insertScores = new BulkInsert(connection, 'sample_scores', [
      'run_id',
      'sample_id',
      ...scoreNames,
      'visits',
      'suggested_class_id',
      'suggested_probability',
    ]);
    this.#insertOrders = new BulkInsert(connection, 'score_orders', [
      'run_id',
      'score',
      'class_id',
      'rank_key',
      'sample_id',
    ]);
    this.#deleteScores = connection.prepare('DELETE FROM sample_scores WHERE run_id = ? LIMIT ?');
    this.#deleteOrders = connection.prepare('DELETE FROM score_orders WHERE run_id = ? LIMIT ?');
    this.#setHasScores = connection.prepare('UPDATE runs SET has_scores = ? WHERE id = ?');
    this.#hasScores = connection.prepare('SELECT has_scores AS hasScores FROM runs WHERE id = ?');
    this.#givenClass = connection.prepare('SELECT given_class_id AS classId FROM samples WHERE id = ?');
  }

  /** Replaces the run's scores. Until all is written the run has none. Samples without a visit get no row. */
  async writeScores(id: RunId, scores: RunScores): Promise<void> {
    const order = this.#orders.get(id);
    requireLengths({ ...scores }, order);
    this.#connection.write(() => this.#setHasScores.run(0, id));
    await deleteAll(this.#connection, this.#deleteScores, [id]);
    await deleteAll(this.#connection, this.#deleteOrders, [id]);
    await this.#writeArrays(id, scores);
    await this.#writeRows(id, scores, order);
    const classOf = await this.#readGivenClasses(order);
    for (const name of scoreNames) await this.#writeLists(id, name, scores, order, classOf);
    this.#connection.write(() => this.#setHasScores.run(1, id));
  }

  /** In the order of the run's samples; null before all of them are written. */
  scores(id: RunId): RunScores | null {
    if (this.#connection.read(() => this.#hasScores.get(id)?.hasScores) !== 1) return null;
    const float = (name: keyof RunScores): Float32Array =>
      requireArray(this.#arrays.float32(id, arrayName(name)), id, name);
    return {
      suspicion: float('suspicion'),
      weight: float('weight'),
      alignment: float('alignment'),
      cosine: float('cosine'),
      harm: float('harm'),
      margin: float('margin'),
      loss: float('loss'),
      probability: float('probability'),
      visits: requireArray(this.#arrays.uint32(id, arrayName('visits')), id, 'visits'),
      suggested: requireArray(this.#arrays.int16(id, arrayName('suggested')), id, 'suggested'),
      suggestedProbability: float('suggestedProbability'),
    };
  }

  async #writeArrays(id: RunId, scores: RunScores): Promise<void> {
    const names: readonly (keyof RunScores)[] = [...scoreNames, 'visits', 'suggested', 'suggestedProbability'];
    for (const name of names) {
      this.#connection.writeProvisionally(() => this.#arrays.write(id, arrayName(name), scores[name]));
      await nextTurn();
    }
  }

  async #writeRows(id: RunId, scores: RunScores, order: RunOrder): Promise<void> {
    await this.#insertScores.insertAll(order.sampleIds.length, (index, values) => {
      const position = order.byAscendingId[index] ?? 0;
      const suggested = scores.suggested[position] ?? -1;
      if (suggested < 0) return;
      values.push(id, order.sampleIds[position] ?? null);
      for (const name of scoreNames) values.push(scores[name][position] ?? null);
      values.push(
        scores.visits[position] ?? 0,
        classOfOutput(order, suggested),
        scores.suggestedProbability[position] ?? null,
      );
    });
  }

  /** Class ids in the order of ascending sample ids. */
  async #readGivenClasses(order: RunOrder): Promise<Int32Array> {
    const classOf = new Int32Array(order.sampleIds.length);
    for (const [index, position] of order.byAscendingId.entries()) {
      const sampleId = order.sampleIds[position] ?? 0;
      classOf[index] = this.#connection.read(() => this.#givenClass.get(sampleId)?.classId ?? everyClass);
      if (index % classesPerTurn === 0) await nextTurn();
    }
    return classOf;
  }

  /** The list of every class and the list of each class, each in the order of its key. */
  async #writeLists(
    id: RunId,
    name: ScoreName,
    scores: RunScores,
    order: RunOrder,
    classOf: Int32Array,
  ): Promise<void> {
    const keys = Float32Array.from(order.byAscendingId, (position) => {
      const isSuspect = Number.isFinite(scores.suspicion[position]) && (scores.suggested[position] ?? -1) >= 0;
      return isSuspect ? rankKey(name, scores[name][position] ?? Number.NaN) : Number.NaN;
    });
    const append = (list: Uint32Array, classIdOf: (index: number) => number): Promise<void> =>
      this.#insertOrders.insertAll(list.length, (place, values) => {
        const index = list[place] ?? 0;
        const sampleId = order.sampleIds[order.byAscendingId[index] ?? 0] ?? null;
        values.push(id, scoreCodes[name], classIdOf(index), keys[index] ?? null, sampleId);
      });
    const all = ascendingOrder(keys);
    await append(all, () => everyClass);
    await append(groupedByClass(all, classOf), (index) => classOf[index] ?? everyClass);
  }
}

function arrayName(name: keyof RunScores): string {
  return `scores.${name}`;
}

function requireArray<T>(array: T | null, runId: RunId, name: string): T {
  if (array !== null) return array;
  throw new TouchstoneError(
    'project-damaged',
    `The project file has lost the scores "${name}" of run ${runId}. Train again, or put back a backup of the project's folder.`,
    { details: { runId, name } },
  );
}
