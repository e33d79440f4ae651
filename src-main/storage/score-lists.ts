/**
 * The ranked lists of a run, by score and class: written in blocks, and walked from any key in either direction.
 *
 * A row per entry would be the plain way. It took sixteen rows per sample, and nine tenths of the time in which a run's scores are written.
 */
import type Database from 'better-sqlite3';
import type { RunId, SampleId } from '../core/dataset/sample.ts';
import { deleteAll } from './bulk-insert.ts';
import type { Connection } from './connection.ts';
import { firstBehind, packBlock, unpackBlock, type ScoreBlock } from './score-block.ts';

/** Run, score (see rank-key.ts) and class. */
export type ListKey = readonly [RunId, number, number];

/** A place in a list; the list's own order. */
export interface ListPlace {
  readonly key: number;
  readonly id: number;
}

type BlockParameters = [...ListKey, number, number];
interface BlockRow {
  readonly entries: Uint8Array;
}

/** Up to `entriesPerBlock` entries of a list. */
export interface ListBlock {
  readonly list: ListKey;
  readonly block: ScoreBlock;
}

export const blocksPerTransaction = 50;

/** Exported so that a test can ask SQLite how it would run them. */
export const blockStatements = {
  behind: `SELECT entries FROM score_blocks WHERE run_id = ? AND score = ? AND class_id = ?
    AND (last_key, last_sample_id) > (?, ?) ORDER BY last_key, last_sample_id LIMIT 1`,
  inFront: `SELECT entries FROM score_blocks WHERE run_id = ? AND score = ? AND class_id = ?
    AND (first_key, first_sample_id) < (?, ?) ORDER BY first_key DESC, first_sample_id DESC LIMIT 1`,
};

export class ScoreLists {
  readonly #connection: Connection;
  readonly #add: Database.Statement<[...ListKey, number, number, number, number, Uint8Array]>;
  readonly #delete: Database.Statement<[RunId, number]>;
  readonly #behind: Database.Statement<BlockParameters, BlockRow>;
  readonly #inFront: Database.Statement<BlockParameters, BlockRow>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.prepare(
      `INSERT INTO score_blocks (run_id, score, class_id, first_key, first_sample_id, last_key, last_sample_id, entries)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#delete = connection.prepare('DELETE FROM score_blocks WHERE run_id = ? LIMIT ?');
    this.#behind = connection.prepare(blockStatements.behind);
    this.#inFront = connection.prepare(blockStatements.inFront);
  }

  /** Provisionally, a turn of the event loop between the transactions. */
  async deleteOf(runId: RunId): Promise<void> {
    await deleteAll(this.#connection, this.#delete, [runId]);
  }

  /** In one transaction, provisionally. A list's blocks come in its order, at most `blocksPerTransaction` at a time. */
  write(blocks: readonly ListBlock[]): void {
    this.#connection.writeProvisionally(() => {
      for (const { list, block } of blocks) this.#addBlock(list, block);
    });
  }

  /** Sample ids behind a place, nearest first. Each step may read a block: belongs into one `read` of the caller's. */
  *idsBehind(list: ListKey, place: ListPlace): Generator<SampleId> {
    let { key, id } = place;
    for (let row = this.#behind.get(...list, key, id); row !== undefined; row = this.#behind.get(...list, key, id)) {
      const block = unpackBlock(row.entries);
      const first = firstBehind(block, key, id);
      for (let entry = first; entry < block.keys.length; entry += 1) yield block.sampleIds[entry] as SampleId;
      [key, id] = [block.keys.at(-1) ?? 0, block.sampleIds.at(-1) ?? 0];
    }
  }

  /** Sample ids in front of a place, nearest first. */
  *idsInFront(list: ListKey, place: ListPlace): Generator<SampleId> {
    let { key, id } = place;
    for (let row = this.#inFront.get(...list, key, id); row !== undefined; row = this.#inFront.get(...list, key, id)) {
      const block = unpackBlock(row.entries);
      // The entries in front of (key, id) are those that are not behind (key, id - 1).
      const end = firstBehind(block, key, id - 1);
      for (let entry = end - 1; entry >= 0; entry -= 1) yield block.sampleIds[entry] as SampleId;
      [key, id] = [block.keys[0] ?? 0, block.sampleIds[0] ?? 0];
    }
  }

  #addBlock(list: ListKey, block: ScoreBlock): void {
    const { keys, sampleIds } = block;
    const first = [keys[0] ?? 0, sampleIds[0] ?? 0] as const;
    const last = [keys.at(-1) ?? 0, sampleIds.at(-1) ?? 0] as const;
    this.#add.run(...list, ...first, ...last, packBlock(block));
  }
}
