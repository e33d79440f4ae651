/** What a run was created with, and in which order its samples' rows are written. */
import type Database from 'better-sqlite3';
import type { ClassId, RunId, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { RunInputs } from '../services/ports/columns.ts';
import type { Connection } from './connection.ts';
import type { RunArrays } from './run-arrays.ts';

/** What bulk writing needs to know about a run. All of it is fixed when the run is created. */
export interface RunOrder {
  /** In the order of every array of the run. */
  readonly sampleIds: Uint32Array;
  /** Positions in `sampleIds`, by ascending sample id: rows written in the order of their key are appended, not inserted. */
  readonly byAscendingId: Uint32Array;
  /** Class ids in the order of the network's outputs. */
  readonly classIds: readonly ClassId[];
}

export class RunOrders {
  readonly #connection: Connection;
  readonly #arrays: RunArrays;
  readonly #classIds: Database.Statement<[RunId], { classId: ClassId }>;
  /** Of the run that was asked for last: one run at a time is written to, epoch after epoch. */
  #latest: { readonly runId: RunId; readonly order: RunOrder } | null = null;

  constructor(connection: Connection, arrays: RunArrays) {
    this.#connection = connection;
    this.#arrays = arrays;
    this.#classIds = connection.prepare(
      'SELECT class_id AS classId FROM run_classes WHERE run_id = ? ORDER BY output_index',
    );
  }

  /** Belongs into the transaction that creates the run. */
  write(runId: RunId, inputs: RunInputs): void {
    this.#arrays.write(runId, 'sample_ids', Uint32Array.from(inputs.sampleIds));
    this.#arrays.write(runId, 'labels', inputs.labels);
    this.#arrays.write(runId, 'trusted', inputs.trusted);
  }

  /** Throws `run-not-found`. */
  inputs(runId: RunId): RunInputs {
    const sampleIds = this.#arrays.uint32(runId, 'sample_ids');
    const labels = this.#arrays.int32(runId, 'labels');
    const trusted = this.#arrays.uint32(runId, 'trusted');
    if (sampleIds === null || labels === null || trusted === null) throw runNotFound(runId);
    return { sampleIds: toSampleIds(sampleIds), labels, trusted };
  }

  classIds(runId: RunId): readonly ClassId[] {
    return this.#connection.read(() => this.#classIds.all(runId).map((row) => row.classId));
  }

  /** Throws `run-not-found`. */
  get(runId: RunId): RunOrder {
    if (this.#latest?.runId === runId) return this.#latest.order;
    const sampleIds = this.#arrays.uint32(runId, 'sample_ids');
    if (sampleIds === null) throw runNotFound(runId);
    const order = { sampleIds, byAscendingId: ascendingPositions(sampleIds), classIds: this.classIds(runId) };
    this.#latest = { runId, order };
    return order;
  }
}

/** A loop, because `Array.from` with a function holds up the event loop ten times as long for a million. */
function toSampleIds(ids: Uint32Array): SampleId[] {
  const sampleIds = new Array<SampleId>(ids.length);
  for (let position = 0; position < ids.length; position += 1) sampleIds[position] = ids[position] as SampleId;
  return sampleIds;
}

function ascendingPositions(sampleIds: Uint32Array): Uint32Array {
  const positions = Uint32Array.from(sampleIds.keys());
  const isAscending = sampleIds.every((id, position) => position === 0 || id > (sampleIds[position - 1] ?? 0));
  return isAscending ? positions : positions.sort((a, b) => (sampleIds[a] ?? 0) - (sampleIds[b] ?? 0));
}

export function runNotFound(runId: RunId): TouchstoneError {
  return new TouchstoneError(
    'run-not-found',
    `There is no run ${runId} in this project. List the runs to see their numbers.`,
    { details: { runId } },
  );
}

/** The class of one of the network's outputs. An output that the run does not have is a mistake of the caller's. */
export function classOfOutput(order: RunOrder, outputIndex: number): ClassId {
  const classId = order.classIds[outputIndex];
  if (classId === undefined)
    throw new Error(`Output ${outputIndex} is not one of the run's ${order.classIds.length} classes.`);
  return classId;
}

/** Arrays of a run must have one entry per sample of it. */
export function requireLengths(arrays: Readonly<Record<string, ArrayLike<number>>>, order: RunOrder): void {
  for (const [name, array] of Object.entries(arrays)) {
    if (array.length === order.sampleIds.length) continue;
    throw new Error(`"${name}" has ${array.length} entries where the run has ${order.sampleIds.length} samples.`);
  }
}
