/**
 * Writing the aggregates of a run and the ranked lists made of them, and reading the aggregates as whole arrays.
 *
 * A list holds the samples whose suspicion is a number (the trusted ones of the run have none).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { scoreNames, type RunScores, type ScoreName } from '../core/ranking/run-scores.ts';
import { BulkInsert, deleteAll } from './bulk-insert.ts';
import type { Connection } from './connection.ts';
import type { NoiseEstimates } from './noise-estimates.ts';
import { everyClass, rankKey, scoreCodes, scoreColumns } from './rank-key.ts';
import type { RunArrays } from './run-arrays.ts';
import { classOfOutput, requireLengths, type RunOrder, type RunOrders } from './run-order.ts';
import { entriesPerBlock, type ScoreBlock } from './score-block.ts';
import { blocksPerTransaction, type ListBlock, type ScoreLists } from './score-lists.ts';
import { ascendingOrder, groupedByClass, type ClassList } from './score-order.ts';
import { parseNumbers } from './stored-json.ts';

/** Classes of this many samples are read between two turns of the event loop. */
const samplesPerTurn = 10_000;

const arrayNames = [
  ...scoreNames,
  'visits',
  'suggested',
  'suggestedProbability',
  'second',
  'secondProbability',
  'third',
  'thirdProbability',
  'errorProbability',
] as const;
/** One number in place of one per sample, so it is called otherwise than the scores. */
const plateauName = 'plateau';
type ArrayName = (typeof arrayNames)[number];

interface GivenClassRow {
  readonly ids: string;
  readonly givenClassIds: string;
}

/** Gone samples too: a run keeps its scores of them. As JSON for the reason that sample-store.ts gives. */
const givenClassesStatement = `SELECT json_group_array(id) AS ids, json_group_array(given_class_id) AS givenClassIds
  FROM (SELECT id, given_class_id FROM samples WHERE id > ? ORDER BY id LIMIT ?)`;

export class ScoreRecords {
  readonly #connection: Connection;
  readonly #orders: RunOrders;
  readonly #arrays: RunArrays;
  readonly #insertScores: BulkInsert;
  readonly #lists: ScoreLists;
  readonly #noise: NoiseEstimates;
  readonly #deleteScores: Database.Statement<[RunId, number]>;
  readonly #setHasScores: Database.Statement<[0 | 1, RunId]>;
  readonly #hasScores: Database.Statement<[RunId], { hasScores: 0 | 1 }>;
  readonly #givenClasses: Database.Statement<[number, number], GivenClassRow>;

  constructor(connection: Connection, orders: RunOrders, arrays: RunArrays, lists: ScoreLists, noise: NoiseEstimates) {
    this.#connection = connection;
    this.#orders = orders;
    this.#arrays = arrays;
    this.#insertScores = new BulkInsert(connection, 'sample_scores', [
      'run_id',
      'sample_id',
      ...scoreNames.map((name) => scoreColumns[name]),
      'visits',
      'suggested_class_id',
      'suggested_probability',
    ]);
    this.#lists = lists;
    this.#noise = noise;
    this.#deleteScores = connection.prepare('DELETE FROM sample_scores WHERE run_id = ? LIMIT ?');
    this.#setHasScores = connection.prepare('UPDATE runs SET has_scores = ? WHERE id = ?');
    this.#hasScores = connection.prepare('SELECT has_scores AS hasScores FROM runs WHERE id = ?');
    this.#givenClasses = connection.prepare(givenClassesStatement);
  }

  /** Replaces the run's scores. Until all is written the run has none. Samples without a visit get no row. */
  async writeScores(id: RunId, scores: RunScores): Promise<void> {
    const order = this.#orders.get(id);
    const { noise, plateau, ...arrays } = scores;
    requireLengths(arrays, order);
    this.#connection.write(() => this.#setHasScores.run(0, id));
    await deleteAll(this.#connection, this.#deleteScores, [id]);
    await this.#lists.deleteOf(id);
    await this.#writeArrays(id, scores);
    await this.#writeRows(id, scores, order);
    const classOf = await this.#readGivenClasses(order);
    for (const name of scoreNames) await this.#writeLists(id, name, scores, order, classOf);
    this.#connection.write(() => {
      this.#noise.replace(id, noise);
      this.#arrays.write(id, plateauName, Uint32Array.of(plateau ?? 0));
      this.#setHasScores.run(1, id);
    });
  }

  /** In the order of the run's samples; null before all of them are written. A turn of the event loop between the arrays. */
  async scores(id: RunId): Promise<RunScores | null> {
    if (this.#connection.read(() => this.#hasScores.get(id)?.hasScores) !== 1) return null;
    const float = async (name: ArrayName): Promise<Float32Array> => {
      await nextTurn();
      return requireArray(this.#arrays.float32(id, arrayName(name)), id, name);
    };
    return {
      suspicion: await float('suspicion'),
      weight: await float('weight'),
      alignment: await float('alignment'),
      cosine: await float('cosine'),
      harm: await float('harm'),
      margin: await float('margin'),
      loss: await float('loss'),
      probability: await float('probability'),
      neighbours: this.#laterArray(id, 'neighbours'),
      trustedOnly: this.#laterArray(id, 'trustedOnly'),
      selfConfidence: this.#laterArray(id, 'selfConfidence'),
      visits: requireArray(this.#arrays.uint32(id, arrayName('visits')), id, 'visits'),
      suggested: requireArray(this.#arrays.int16(id, arrayName('suggested')), id, 'suggested'),
      suggestedProbability: await float('suggestedProbability'),
      second: this.#laterClasses(id, 'second'),
      secondProbability: this.#laterArray(id, 'secondProbability'),
      third: this.#laterClasses(id, 'third'),
      thirdProbability: this.#laterArray(id, 'thirdProbability'),
      errorProbability: this.#laterArray(id, 'errorProbability'),
      noise: this.#noise.read(id),
      plateau: this.plateau(id),
    };
  }

  /** How many epochs were informative; null where nobody watched. Cheap: it reads one number. */
  plateau(id: RunId): number | null {
    return this.#arrays.uint32(id, plateauName)?.[0] || null;
  }

  /** A run of before this was kept has none. */
  #laterArray(id: RunId, name: ArrayName): Float32Array {
    const known = this.#arrays.float32(id, arrayName(name));
    return known ?? new Float32Array(this.#orders.get(id).sampleIds.length).fill(Number.NaN);
  }

  #laterClasses(id: RunId, name: 'second' | 'third'): Int16Array {
    const known = this.#arrays.int16(id, arrayName(name));
    return known ?? new Int16Array(this.#orders.get(id).sampleIds.length).fill(-1);
  }

  async #writeArrays(id: RunId, scores: RunScores): Promise<void> {
    for (const name of arrayNames) {
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
  async #readGivenClasses({ sampleIds, byAscendingId }: RunOrder): Promise<Uint16Array> {
    const classOf = new Uint16Array(sampleIds.length);
    const idAt = (index: number) => sampleIds[byAscendingId[index] ?? 0] ?? 0;
    let index = 0;
    while (index < classOf.length) {
      const row = this.#connection.read(() => this.#givenClasses.get(idAt(index) - 1, samplesPerTurn));
      const ids = parseNumbers(row?.ids ?? '[]', 'sample ids');
      const classIds = parseNumbers(row?.givenClassIds ?? '[]', 'class ids');
      if (ids.length === 0) break;
      ids.forEach((id, place) => {
        if (id === idAt(index)) classOf[index++] = classIds[place] ?? everyClass;
      });
      await nextTurn();
    }
    return classOf;
  }

  /** The list of every class and the list of each class, a turn of the event loop between the transactions. */
  async #writeLists(id: RunId, name: ScoreName, scores: RunScores, order: RunOrder, classOf: Uint16Array) {
    const keys = listKeys(name, scores, order);
    await nextTurn();
    const all = await ascendingOrder(keys, nextTurn);
    const parts = [{ classId: everyClass, indices: all }, ...groupedByClass(all, classOf)].flatMap(inBlocks);
    for (let start = 0; start < parts.length; start += blocksPerTransaction) {
      await nextTurn();
      const blocks = parts.slice(start, start + blocksPerTransaction).map(({ classId, indices }): ListBlock => {
        return { list: [id, scoreCodes[name], classId], block: gather(indices, keys, order) };
      });
      this.#lists.write(blocks);
    }
  }
}

function inBlocks({ classId, indices }: ClassList): readonly ClassList[] {
  const parts: ClassList[] = [];
  for (let start = 0; start < indices.length; start += entriesPerBlock)
    parts.push({ classId, indices: indices.subarray(start, start + entriesPerBlock) });
  return parts;
}

/** In the order of ascending sample ids; NaN for what is in no list. */
function listKeys(name: ScoreName, scores: RunScores, { byAscendingId }: RunOrder): Float32Array {
  const { suspicion, suggested, [name]: values } = scores;
  const keys = new Float32Array(byAscendingId.length);
  for (let index = 0; index < keys.length; index += 1) {
    const position = byAscendingId[index] ?? 0;
    const isSuspect = Number.isFinite(suspicion[position]) && (suggested[position] ?? -1) >= 0;
    const value = values[position] ?? Number.NaN;
    keys[index] = isSuspect && Number.isFinite(value) ? rankKey(name, value) : Number.NaN;
  }
  return keys;
}

function gather(indices: Int32Array, allKeys: Float32Array, { sampleIds, byAscendingId }: RunOrder): ScoreBlock {
  const keys = new Float32Array(indices.length);
  const ids = new Uint32Array(indices.length);
  for (let place = 0; place < indices.length; place += 1) {
    const index = indices[place] ?? 0;
    keys[place] = allKeys[index] ?? 0;
    ids[place] = sampleIds[byAscendingId[index] ?? 0] ?? 0;
  }
  return { keys, sampleIds: ids };
}

function arrayName(name: ArrayName): string {
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
