/** Pages must come from the stored lists: a lost key would still give right answers, only a thousand times slower. */
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src-main/storage/migrate.ts';
import { pageStatements } from '../../src-main/storage/score-pages.ts';

function planOf(sql: string, parameterCount: number): string[] {
  const database = new Database(':memory:');
  migrate(database);
  const parameters = new Array<number>(parameterCount).fill(1);
  const plan = database.prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
  return plan.map(({ detail }) => detail);
}

describe('a ranked page', () => {
  it.each(Object.entries(pageStatements))(
    '%s a key walks the list and looks the rest up, without sorting',
    (_, sql) => {
      // One statement serves lists of one class and of all classes: the class is part of the list's key.
      expect(planOf(sql, 6)).toEqual([
        'SEARCH o USING PRIMARY KEY (run_id=? AND score=? AND class_id=? AND (rank_key,sample_id)' +
          (sql.includes('DESC') ? '<(?,?))' : '>(?,?))'),
        'SEARCH s USING INTEGER PRIMARY KEY (rowid=?)',
        'SEARCH c USING PRIMARY KEY (run_id=? AND sample_id=?)',
        'SEARCH v USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN',
      ]);
    },
  );
});

describe('going through the present samples', () => {
  it('reads ids and classes from the index alone', () => {
    const sql = `SELECT id, given_class_id FROM samples INDEXED BY present_samples_by_id
      WHERE id > ? AND presence = 'present' ORDER BY id LIMIT ?`;
    expect(planOf(sql, 2)).toEqual(['SEARCH samples USING COVERING INDEX present_samples_by_id (id>?)']);
  });
});

describe('one sample', () => {
  it.each([
    ['by hash', 'SELECT id FROM samples WHERE content_hash = ?', 'samples_by_hash (content_hash=?)'],
    ['by path', 'SELECT id FROM samples WHERE path = ?', 'sqlite_autoindex_samples_1 (path=?)'],
  ])('is found %s in an index', (_, sql, index) => {
    expect(planOf(sql, 1)).toEqual([expect.stringContaining(index)]);
  });

  it("'s history is one look-up per epoch", () => {
    const sql = `SELECT s.weight FROM run_epochs AS e CROSS JOIN sample_epochs AS s
      ON s.run_id = e.run_id AND s.epoch_index = e.epoch_index AND s.sample_id = ? WHERE e.run_id = ? ORDER BY e.epoch_index`;
    expect(planOf(sql, 2)).toEqual([
      'SEARCH e USING PRIMARY KEY (run_id=?)',
      'SEARCH s USING PRIMARY KEY (run_id=? AND epoch_index=? AND sample_id=?)',
    ]);
  });
});
