/**
 * Changes of verdicts: writing them into the journal and putting either side of an entry in force, a hundred thousand at a time.
 *
 * An action mostly does the same to many samples, so changes are grouped by their verdict and each group's ids go to SQLite as one list.
 */
import type Database from 'better-sqlite3';
import type { DecisionKind, VerdictChange } from '../core/dataset/decision.ts';
import type { ClassId, SampleId } from '../core/dataset/sample.ts';
import type { JournalStep } from '../services/ports/verdict-store.ts';
import type { Connection } from './connection.ts';
import { fromVerdict, toVerdict } from './verdict-columns.ts';

type NewChange = Omit<VerdictChange, 'before'>;
type Side = JournalStep['side'];
type VerdictValues = ReturnType<typeof fromVerdict>;

interface Group {
  readonly values: VerdictValues;
  readonly sampleIds: SampleId[];
}

interface ChangeRow {
  readonly sampleId: SampleId;
  readonly beforeDecision: DecisionKind | null;
  readonly beforeCorrectedClassId: ClassId | null;
  readonly beforeTrustedClassId: ClassId | null;
  readonly afterDecision: DecisionKind | null;
  readonly afterCorrectedClassId: ClassId | null;
  readonly afterTrustedClassId: ClassId | null;
}

/** Whoever has no verdict on that side loses the row. */
const clearSql = (side: Side): string =>
  `DELETE FROM verdicts WHERE sample_id IN (SELECT sample_id FROM journal_changes
   WHERE entry_id = ? AND ${side}_decision IS NULL AND ${side}_trusted_class_id IS NULL)`;

const setSql = (side: Side): string =>
  `INSERT OR REPLACE INTO verdicts (sample_id, decision, corrected_class_id, trusted_class_id)
   SELECT sample_id, ${side}_decision, ${side}_corrected_class_id, ${side}_trusted_class_id FROM journal_changes
   WHERE entry_id = ? AND (${side}_decision IS NOT NULL OR ${side}_trusted_class_id IS NOT NULL)`;

/** Exported so that a test can ask SQLite how it would run them. */
export const changeStatements = {
  add: `INSERT INTO journal_changes (entry_id, sample_id, before_decision, before_corrected_class_id,
      before_trusted_class_id, after_decision, after_corrected_class_id, after_trusted_class_id)
    SELECT ?, changed.value, v.decision, v.corrected_class_id, v.trusted_class_id, ?, ?, ?
    FROM json_each(?) AS changed LEFT JOIN verdicts AS v ON v.sample_id = changed.value`,
  clearBefore: clearSql('before'),
  clearAfter: clearSql('after'),
  setBefore: setSql('before'),
  setAfter: setSql('after'),
};

export class VerdictChanges {
  readonly #add: Database.Statement<[number, ...VerdictValues, string]>;
  readonly #clear: Readonly<Record<Side, Database.Statement<[number]>>>;
  readonly #set: Readonly<Record<Side, Database.Statement<[number]>>>;
  readonly #changes: Database.Statement<[number], ChangeRow>;

  constructor(connection: Connection) {
    this.#add = connection.prepare(changeStatements.add);
    this.#clear = {
      before: connection.prepare(changeStatements.clearBefore),
      after: connection.prepare(changeStatements.clearAfter),
    };
    this.#set = {
      before: connection.prepare(changeStatements.setBefore),
      after: connection.prepare(changeStatements.setAfter),
    };
    this.#changes = connection.prepare(
      `SELECT sample_id AS sampleId, before_decision AS beforeDecision,
       before_corrected_class_id AS beforeCorrectedClassId, before_trusted_class_id AS beforeTrustedClassId,
       after_decision AS afterDecision, after_corrected_class_id AS afterCorrectedClassId,
       after_trusted_class_id AS afterTrustedClassId
       FROM journal_changes WHERE entry_id = ? ORDER BY sample_id`,
    );
  }

  /** What was before is taken from the verdicts in force. Belongs into a transaction of the caller's, as do the others. */
  add(entryId: number, changes: readonly NewChange[]): void {
    for (const { values, sampleIds } of groupByVerdict(changes)) {
      // In the order of the key, so that rows are appended rather than inserted.
      const ascending = Uint32Array.from(sampleIds).sort();
      this.#add.run(entryId, ...values, `[${ascending.join()}]`);
    }
  }

  putInForce(entryId: number, side: Side): void {
    this.#clear[side].run(entryId);
    this.#set[side].run(entryId);
  }

  /** Ordered by sample id. */
  of(entryId: number): readonly VerdictChange[] {
    return this.#changes.all(entryId).map((row) => ({
      sampleId: row.sampleId,
      before: toVerdict({
        decision: row.beforeDecision,
        correctedClassId: row.beforeCorrectedClassId,
        trustedClassId: row.beforeTrustedClassId,
      }),
      after: toVerdict({
        decision: row.afterDecision,
        correctedClassId: row.afterCorrectedClassId,
        trustedClassId: row.afterTrustedClassId,
      }),
    }));
  }
}

function groupByVerdict(changes: readonly NewChange[]): Iterable<Group> {
  const groups: Group[] = [];
  let latest: Group | undefined;
  for (const { sampleId, after } of changes) {
    const values = fromVerdict(after);
    // Neighbours mostly get the same verdict, and there are few different ones.
    if (!latest || !isSame(latest.values, values)) latest = groups.find((group) => isSame(group.values, values));
    if (!latest) groups.push((latest = { values, sampleIds: [] }));
    latest.sampleIds.push(sampleId);
  }
  return groups;
}

function isSame(a: VerdictValues, b: VerdictValues): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}
