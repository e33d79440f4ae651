/** Pages must come from the stored lists: a lost key would still give right answers, only a thousand times slower. */
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src-main/storage/migrate.ts';
import { sampleStatements } from '../../src-main/storage/sample-store.ts';
import { blockStatements } from '../../src-main/storage/score-lists.ts';
import { entryStatement } from '../../src-main/storage/score-pages.ts';
import { changeStatements } from '../../src-main/storage/verdict-changes.ts';
import { unknownSampleStatement } from '../../src-main/storage/verdict-store.ts';

function planOf(sql: string, parameterCount: number): string[] {
  const database = new Database(':memory:');
  migrate(database);
  const parameters = new Array<number>(parameterCount).fill(1);
  const plan = database.prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
  return plan.map(({ detail }) => detail);
}

describe('a ranked page', () => {
  it.each([
    ['behind', 'score_blocks_by_last (run_id=? AND score=? AND class_id=? AND (last_key,last_sample_id)>(?,?))'],
    ['inFront', 'score_blocks_by_first (run_id=? AND score=? AND class_id=? AND (first_key,first_sample_id)<(?,?))'],
  ] as const)('%s a key begins at a block that an index finds, without sorting', (direction, index) => {
    // One statement serves lists of one class and of all classes: the class is part of the list's key.
    expect(planOf(blockStatements[direction], 5)).toEqual([`SEARCH score_blocks USING INDEX ${index}`]);
  });

  it('looks up what it shows of an entry by its key', () => {
    expect(planOf(entryStatement, 2)).toEqual([
      'SEARCH s USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH c USING PRIMARY KEY (run_id=? AND sample_id=?)',
      'SEARCH v USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN',
    ]);
  });
});

describe('going through the present samples', () => {
  it('reads ids and classes from the index alone', () => {
    expect(planOf(sampleStatements.columns, 2)).toContain(
      'SEARCH samples USING COVERING INDEX present_samples_by_id (id>?)',
    );
  });

  it('reads paths in the order of the table, and begins where the last stretch ended', () => {
    expect(planOf(sampleStatements.paths, 2)).toEqual(['SEARCH samples USING INTEGER PRIMARY KEY (rowid>?)']);
  });

  it('counts them in an index', () => {
    expect(planOf(sampleStatements.countByPresence, 1)).toEqual([
      'SEARCH samples USING COVERING INDEX samples_by_presence_and_class (presence=?)',
    ]);
  });
});

describe('a verdict on many samples', () => {
  it('looks up in the small index that each sample is there, and in the table only what it lacks', () => {
    const searches = planOf(unknownSampleStatement, 1).filter((step) => step.startsWith('SEARCH'));
    expect(searches).toEqual([
      'SEARCH samples USING COVERING INDEX present_samples_by_id (id=?)',
      'SEARCH samples USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });

  it('looks up what was before, once per sample', () => {
    expect(planOf(changeStatements.add, 5)).toEqual([
      'SCAN changed VIRTUAL TABLE INDEX 1:',
      'SEARCH v USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN',
    ]);
  });

  it.each(['setBefore', 'setAfter'] as const)('%s reads the changes of its entry alone', (name) => {
    expect(planOf(changeStatements[name], 1)).toEqual(['SEARCH journal_changes USING PRIMARY KEY (entry_id=?)']);
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
