/** Verdicts as they are now, and the journal of the actions that led to them. */
import type Database from 'better-sqlite3';
import {
  decisionKinds,
  namedClass,
  noVerdict,
  type Decision,
  type JournalEntry,
  type Verdict,
  type VerdictChange,
} from '../core/dataset/decision.ts';
import type { ClassId, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { JournalStep, VerdictStore } from '../services/ports/verdict-store.ts';
import type { VerdictColumns } from '../services/ports/columns.ts';
import type { Connection } from './connection.ts';
import { VerdictChanges } from './verdict-changes.ts';
import { toVerdict, verdictColumns, type VerdictRow } from './verdict-columns.ts';

type EntryState = JournalEntry['state'];

interface SampleVerdictRow extends VerdictRow {
  readonly sampleId: SampleId;
}

const entryColumns = 'id, title, created_at_ms AS createdAtMs, change_count AS changeCount, state';

/**
 * Of those named in a list; exported so that a test can ask SQLite how it would run it. The index of the present ones is a twentieth of the
 * table's size: only what it lacks is looked for in the table.
 */
export const unknownSampleStatement = `SELECT value AS id FROM json_each(?)
  WHERE NOT EXISTS (SELECT 1 FROM samples INDEXED BY present_samples_by_id WHERE id = value AND presence = 'present')
  AND NOT EXISTS (SELECT 1 FROM samples WHERE id = value) LIMIT 1`;

export class SqliteVerdictStore implements VerdictStore {
  readonly #connection: Connection;
  readonly #byId: Database.Statement<[SampleId], VerdictRow>;
  readonly #all: Database.Statement<[], SampleVerdictRow>;
  readonly #stretch: Database.Statement<[number, number], SampleVerdictRow>;
  readonly #classExists: Database.Statement<[ClassId], { id: ClassId }>;
  readonly #supersedeUndone: Database.Statement<[number]>;
  readonly #addEntry: Database.Statement<[string, number, number, number]>;
  readonly #unknownSample: Database.Statement<[string], { id: number }>;
  readonly #entry: Database.Statement<[number], JournalEntry>;
  readonly #newestDone: Database.Statement<[], JournalEntry>;
  readonly #oldestUndone: Database.Statement<[], JournalEntry>;
  readonly #setState: Database.Statement<[EntryState, number, number]>;
  readonly #journal: Database.Statement<[number], JournalEntry>;
  readonly #changes: VerdictChanges;
  readonly #addStep: Database.Statement<[number, JournalStep['side']]>;
  readonly #latestStep: Database.Statement<[], { id: number | null }>;
  readonly #stepsAfter: Database.Statement<[number], JournalStep>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#byId = connection.prepare(`SELECT ${verdictColumns} FROM verdicts AS v WHERE v.sample_id = ?`);
    this.#all = connection.prepare(
      `SELECT v.sample_id AS sampleId, ${verdictColumns} FROM verdicts AS v ORDER BY v.sample_id`,
    );
    this.#stretch = connection.prepare(
      `SELECT v.sample_id AS sampleId, ${verdictColumns} FROM verdicts AS v WHERE v.sample_id > ? ORDER BY v.sample_id LIMIT ?`,
    );
    this.#classExists = connection.prepare('SELECT id FROM classes WHERE id = ?');
    this.#supersedeUndone = connection.prepare(
      `UPDATE journal_entries SET state = 'superseded', state_changed_at_ms = ? WHERE state = 'undone'`,
    );
    this.#addEntry = connection.prepare(
      `INSERT INTO journal_entries (title, created_at_ms, change_count, state, state_changed_at_ms) VALUES (?, ?, ?, 'done', ?)`,
    );
    this.#unknownSample = connection.prepare(unknownSampleStatement);
    this.#entry = connection.prepare(`SELECT ${entryColumns} FROM journal_entries WHERE id = ?`);
    this.#newestDone = connection.prepare(
      `SELECT ${entryColumns} FROM journal_entries WHERE state = 'done' ORDER BY id DESC LIMIT 1`,
    );
    this.#oldestUndone = connection.prepare(
      `SELECT ${entryColumns} FROM journal_entries WHERE state = 'undone' ORDER BY id LIMIT 1`,
    );
    this.#setState = connection.prepare('UPDATE journal_entries SET state = ?, state_changed_at_ms = ? WHERE id = ?');
    this.#journal = connection.prepare(`SELECT ${entryColumns} FROM journal_entries ORDER BY id DESC LIMIT ?`);
    this.#changes = new VerdictChanges(connection);
    this.#addStep = connection.prepare('INSERT INTO journal_steps (entry_id, side) VALUES (?, ?)');
    this.#latestStep = connection.prepare('SELECT max(id) AS id FROM journal_steps');
    this.#stepsAfter = connection.prepare(
      'SELECT id, entry_id AS entryId, side FROM journal_steps WHERE id > ? ORDER BY id',
    );
  }

  byId(id: SampleId): Verdict {
    const row = this.#connection.read(() => this.#byId.get(id));
    return row === undefined ? noVerdict : toVerdict(row);
  }

  all(): ReadonlyMap<SampleId, Verdict> {
    const rows = this.#connection.read(() => this.#all.all());
    return new Map(rows.map((row) => [row.sampleId, toVerdict(row)]));
  }

  byIds(ids: readonly SampleId[]): ReadonlyMap<SampleId, Verdict> {
    const verdicts = new Map<SampleId, Verdict>();
    this.#connection.read(() => {
      for (const id of ids) {
        const row = this.#byId.get(id);
        if (row !== undefined) verdicts.set(id, toVerdict(row));
      }
    });
    return verdicts;
  }

  columns(afterId: number, limit: number): VerdictColumns {
    const rows = this.#connection.read(() => this.#stretch.all(afterId, limit));
    return {
      ids: Uint32Array.from(rows, (row) => row.sampleId),
      decisions: Uint8Array.from(rows, (row) => (row.decision === null ? 0 : 1 + decisionKinds.indexOf(row.decision))),
      correctedClassIds: Uint16Array.from(rows, (row) => row.correctedClassId ?? 0),
      trustedClassIds: Uint16Array.from(rows, (row) => row.trustedClassId ?? 0),
    };
  }

  trusted(): ReadonlyMap<SampleId, ClassId> {
    const trusted = new Map<SampleId, ClassId>();
    for (const [id, { trustedClassId }] of this.all()) if (trustedClassId !== null) trusted.set(id, trustedClassId);
    return trusted;
  }

  decisions(): ReadonlyMap<SampleId, Decision> {
    const decisions = new Map<SampleId, Decision>();
    for (const [id, { decision }] of this.all()) if (decision !== null) decisions.set(id, decision);
    return decisions;
  }

  apply(title: string, changes: readonly Omit<VerdictChange, 'before'>[], nowMs: number): JournalEntry {
    // In the order of the tables, which are then read from one end to the other instead of here and there.
    const ascending = Uint32Array.from(changes, ({ sampleId }) => sampleId).sort();
    refuseRepeated(ascending);
    return this.#connection.writeTrusted(() => {
      this.#refuseUnknownSamples(ascending);
      this.#refuseUnknownClasses(changes);
      this.#supersedeUndone.run(nowMs);
      const entryId = Number(this.#addEntry.run(title, nowMs, changes.length, nowMs).lastInsertRowid);
      this.#changes.add(entryId, changes);
      this.#putInForce(entryId, 'after');
      return this.#requireEntry(entryId);
    });
  }

  undo(nowMs: number): JournalEntry | null {
    return this.#connection.writeTrusted(() => {
      const entry = this.#newestDone.get();
      if (entry === undefined) return null;
      this.#putInForce(entry.id, 'before');
      this.#setState.run('undone', nowMs, entry.id);
      return this.#requireEntry(entry.id);
    });
  }

  redo(nowMs: number): JournalEntry | null {
    return this.#connection.writeTrusted(() => {
      const entry = this.#oldestUndone.get();
      if (entry === undefined) return null;
      this.#putInForce(entry.id, 'after');
      this.#setState.run('done', nowMs, entry.id);
      return this.#requireEntry(entry.id);
    });
  }

  nextUndo(): JournalEntry | null {
    return this.#connection.read(() => this.#newestDone.get() ?? null);
  }

  nextRedo(): JournalEntry | null {
    return this.#connection.read(() => this.#oldestUndone.get() ?? null);
  }

  journal(limit: number): readonly JournalEntry[] {
    return this.#connection.read(() => this.#journal.all(limit));
  }

  /** Ordered by sample id. */
  changesOf(entryId: number): readonly VerdictChange[] {
    return this.#connection.read(() => this.#changes.of(entryId));
  }

  latestStep(): number {
    return this.#connection.read(() => this.#latestStep.get()?.id ?? 0);
  }

  stepsAfter(stepId: number): readonly JournalStep[] {
    return this.#connection.read(() => this.#stepsAfter.all(stepId));
  }

  #putInForce(entryId: number, side: JournalStep['side']): void {
    this.#changes.putInForce(entryId, side);
    this.#addStep.run(entryId, side);
  }

  #refuseUnknownSamples(ascending: Uint32Array): void {
    const unknown = this.#unknownSample.get(`[${ascending.join()}]`);
    if (unknown === undefined) return;
    throw new TouchstoneError(
      'image-unknown',
      `There is no image with number ${unknown.id} in this project. Nothing was changed.`,
      { details: { sampleId: unknown.id } },
    );
  }

  #refuseUnknownClasses(changes: readonly Omit<VerdictChange, 'before'>[]): void {
    for (const classId of namedClasses(changes)) {
      if (this.#classExists.get(classId) !== undefined) continue;
      throw new TouchstoneError(
        'class-unknown',
        `There is no class with number ${classId} in this project. Nothing was changed.`,
        {
          details: { classId },
        },
      );
    }
  }

  #requireEntry(entryId: number): JournalEntry {
    const entry = this.#entry.get(entryId);
    if (entry === undefined) throw new Error(`Journal entry ${entryId} vanished within its own transaction.`);
    return entry;
  }
}

function namedClasses(changes: readonly Omit<VerdictChange, 'before'>[]): ReadonlySet<ClassId> {
  const classIds = new Set<ClassId>();
  for (const { after } of changes) {
    const named = namedClass(after.decision);
    if (named !== null) classIds.add(named);
    if (after.trustedClassId !== null) classIds.add(after.trustedClassId);
  }
  return classIds;
}

/** An image twice in one action could not be undone in any one order. */
function refuseRepeated(ascending: Uint32Array): void {
  const repeated = ascending.find((sampleId, place) => sampleId === ascending[place - 1]);
  if (repeated === undefined) return;
  throw new TouchstoneError(
    'invalid-value',
    `Image number ${repeated} is listed twice in one action. Name each image once; nothing was changed.`,
    { details: { sampleId: repeated } },
  );
}
