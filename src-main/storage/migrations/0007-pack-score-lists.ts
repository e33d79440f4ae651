import type Database from 'better-sqlite3';

/** As in score-block.ts at the time of this step. */
const entriesPerBlock = 500;

interface OrderRow {
  readonly run_id: number;
  readonly score: number;
  readonly class_id: number;
  readonly rank_key: number;
  readonly sample_id: number;
}

/**
 * The ranked lists in blocks of some hundred entries instead of a row per entry, which took nine tenths of the time and space of writing a
 * run's scores. A block's `entries` are its keys (float32) and then its sample ids (uint32), little-endian, in the order of the
 * list. One index leads to where a page begins going down the list, the other going up.
 */
export function packScoreLists(database: Database.Database): void {
  database.exec(`
    CREATE TABLE score_blocks (
      id INTEGER PRIMARY KEY,
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      score INTEGER NOT NULL,
      class_id INTEGER NOT NULL,
      first_key REAL NOT NULL,
      first_sample_id INTEGER NOT NULL,
      last_key REAL NOT NULL,
      last_sample_id INTEGER NOT NULL,
      entries BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX score_blocks_by_first
      ON score_blocks (run_id, score, class_id, first_key, first_sample_id);
    CREATE UNIQUE INDEX score_blocks_by_last
      ON score_blocks (run_id, score, class_id, last_key, last_sample_id);
  `);
  packExistingLists(database);
  database.exec('DROP TABLE score_orders');
}

function packExistingLists(database: Database.Database): void {
  const lists = database.prepare<[], OrderRow>('SELECT DISTINCT run_id, score, class_id FROM score_orders').all();
  const entries = database.prepare<[number, number, number], OrderRow>(
    `SELECT * FROM score_orders WHERE run_id = ? AND score = ? AND class_id = ? ORDER BY rank_key, sample_id`,
  );
  const add = database.prepare(
    `INSERT INTO score_blocks (run_id, score, class_id, first_key, first_sample_id, last_key, last_sample_id, entries)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { run_id: runId, score, class_id: classId } of lists) {
    const list = entries.all(runId, score, classId);
    for (let start = 0; start < list.length; start += entriesPerBlock) {
      add.run(runId, score, classId, ...packBlock(list.slice(start, start + entriesPerBlock)));
    }
  }
}

function packBlock(rows: readonly OrderRow[]): (number | Uint8Array)[] {
  const keys = Float32Array.from(rows, (row) => row.rank_key);
  const ids = Uint32Array.from(rows, (row) => row.sample_id);
  const bytes = new Uint8Array(keys.byteLength + ids.byteLength);
  bytes.set(new Uint8Array(keys.buffer));
  bytes.set(new Uint8Array(ids.buffer), keys.byteLength);
  return [keys[0] ?? 0, ids[0] ?? 0, keys.at(-1) ?? 0, ids.at(-1) ?? 0, bytes];
}
