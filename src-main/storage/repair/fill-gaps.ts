/** Puts a rescued project in order: nothing refers to what is lost, and what follows from something else is made anew from it. */
import type Database from 'better-sqlite3';

interface ForeignKey {
  readonly table: string;
  readonly from: string;
  readonly to: string | null;
}

/** Eight scores, visits, suggested class and its probability. */
const fewestScoreArrays = 11;

export interface Gaps {
  readonly tables: readonly string[];
  readonly folderName: string;
  /** Whether rows of the verdicts could not be read. */
  readonly hasLostVerdicts: boolean;
}

/** Works inside the caller's transaction, with foreign keys off. Returns what was done, in words. */
export function fillGaps(database: Database.Database, { tables, folderName, hasLostVerdicts }: Gaps): string[] {
  const remarks: string[] = [];
  const say = (count: number, what: (count: number) => string): void => {
    if (count > 0) remarks.push(what(count));
  };
  say(
    ensureProject(database, folderName),
    () =>
      `The project's name and the place of its images are lost: it is called "${folderName}", and its images must be imported again from their folder.`,
  );
  say(
    nameLostClasses(database),
    (n) => `The names of ${n} classes are lost: they are named after the folders of their images.`,
  );
  // First the journal, which depends on samples and classes alone; the verdicts then follow from it.
  say(removeOrphans(database, tables), (n) => `${n} rows refer to something that is lost and were left out.`);
  say(
    mendEntries(database),
    (n) => `${n} actions of the journal have lost some of their changes: undoing them puts back what is left of them.`,
  );
  say(hasLostVerdicts ? rebuildVerdicts(database) : 0, (n) => `${n} verdicts were made anew from the journal.`);
  say(mendScores(database), (n) => `The ranking of ${n} runs is lost. Train again.`);
  return remarks;
}

function ensureProject(database: Database.Database, folderName: string): number {
  return database.prepare('INSERT OR IGNORE INTO project (id, name, created_at_ms) VALUES (1, ?, 0)').run(folderName)
    .changes;
}

function nameLostClasses(database: Database.Database): number {
  const lost = database
    .prepare<[], { id: number; path: string }>(
      `SELECT given_class_id AS id, min(path) AS path FROM samples
       WHERE given_class_id NOT IN (SELECT id FROM classes) GROUP BY given_class_id`,
    )
    .all();
  const add = database.prepare('INSERT OR IGNORE INTO classes (id, name) VALUES (?, ?)');
  for (const { id, path } of lost) {
    const folder = path.split('/').at(-2);
    if (folder === undefined || add.run(id, folder).changes === 0) add.run(id, `lost name ${id}`);
  }
  return lost.length;
}

function removeOrphans(database: Database.Database, tables: readonly string[]): number {
  let total = 0;
  for (;;) {
    let removed = 0;
    for (const table of tables) {
      for (const { table: parent, from, to } of database.pragma(
        `foreign_key_list(${table})`,
      ) as readonly ForeignKey[]) {
        const sql = `DELETE FROM ${table} WHERE ${from} IS NOT NULL AND ${from} NOT IN (SELECT ${to ?? 'id'} FROM ${parent})`;
        removed += database.prepare(sql).run().changes;
      }
    }
    if (removed === 0) return total;
    total += removed;
  }
}

/** An entry's count is what is there of it: undoing it puts back that much. */
function mendEntries(database: Database.Database): number {
  return database
    .prepare(
      `UPDATE journal_entries SET change_count = (SELECT count(*) FROM journal_changes AS c WHERE c.entry_id = journal_entries.id)
       WHERE change_count <> (SELECT count(*) FROM journal_changes AS c WHERE c.entry_id = journal_entries.id)`,
    )
    .run().changes;
}

/** Of a sample whose row could not be read, the newest change in force is the verdict. Rows that were read stay: they are newer than any guess. */
function rebuildVerdicts(database: Database.Database): number {
  return database
    .prepare(
      `INSERT OR IGNORE INTO verdicts (sample_id, decision, corrected_class_id, trusted_class_id)
       SELECT sample_id, after_decision, after_corrected_class_id, after_trusted_class_id FROM (
         SELECT c.*, row_number() OVER (PARTITION BY c.sample_id ORDER BY c.entry_id DESC) AS place
         FROM journal_changes AS c JOIN journal_entries AS e ON e.id = c.entry_id WHERE e.state = 'done')
       WHERE place = 1 AND (after_decision IS NOT NULL OR after_trusted_class_id IS NOT NULL)`,
    )
    .run().changes;
}

/** A run whose aggregates are not all there has no ranking; neither has one whose list of samples came out of a damaged page. */
function mendScores(database: Database.Database): number {
  const arrays = database.prepare<[number], { name: string; bytes: Uint8Array }>(
    'SELECT name, bytes FROM run_arrays WHERE run_id = ?',
  );
  const giveUp = database.prepare(
    `UPDATE runs SET has_scores = 0, status = 'failed', failure = 'Its ranking was lost when the project file was damaged. Train again.'
     WHERE id = ?`,
  );
  const runs = database.prepare<[], number>('SELECT id FROM runs WHERE has_scores = 1').pluck().all();
  const known = new Set(database.prepare<[], number>('SELECT id FROM samples').pluck().all());
  const lost = runs.filter((id) => !hasWholeScores(arrays.all(id), known));
  for (const id of lost) giveUp.run(id);
  return lost.length;
}

function hasWholeScores(arrays: readonly { name: string; bytes: Uint8Array }[], known: ReadonlySet<number>): boolean {
  const bytes = arrays.find(({ name }) => name === 'sample_ids')?.bytes;
  if (bytes === undefined || bytes.length % Uint32Array.BYTES_PER_ELEMENT !== 0) return false;
  const ids = new Uint32Array(Uint8Array.from(bytes).buffer);
  if (new Set(ids).size !== ids.length || !ids.every((id) => known.has(id))) return false;
  const scores = arrays.filter(({ name }) => name.startsWith('scores.'));
  // An array of the wrong length belongs to another list of samples.
  return scores.length >= fewestScoreArrays && scores.every((array) => isLengthFor(array.bytes.length, ids.length));
}

function isLengthFor(bytes: number, count: number): boolean {
  return bytes === count * Float32Array.BYTES_PER_ELEMENT || bytes === count * Int16Array.BYTES_PER_ELEMENT;
}
