import type Database from 'better-sqlite3';

/** The map of the embeddings: sample ids as little-endian uint32, and behind each other x and y of each as float32 in [0, 1]. One at a time. */
export function keepMap(database: Database.Database): void {
  database.exec(`
    CREATE TABLE embedding_maps (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      made_at_ms INTEGER NOT NULL,
      sample_ids BLOB NOT NULL,
      points BLOB NOT NULL
    ) STRICT;
  `);
}
