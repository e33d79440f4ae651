/** Samples, their classes, and the problems of the last import. */
import { posix } from 'node:path';
import type Database from 'better-sqlite3';
import type { ClassId, Presence, Problem, Sample, SampleClass, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { FoundSample, ImportCounts, SampleStore } from '../services/ports/sample-store.ts';
import type { SampleColumns } from '../services/ports/columns.ts';
import type { Connection } from './connection.ts';
import { sampleColumns } from './sample-columns.ts';
import { parseNumbers } from './stored-json.ts';

/** Ids lie in arrays of 16 and 32 bits. */
const mostClasses = 65_535;
const largestSampleId = 4_294_967_295;

type SampleValues = [string, string, number, number, number, number, ClassId];
type MoveCandidate = Pick<Sample, 'id' | 'path'> & { readonly hasVerdict: 0 | 1 };
type Outcome = 'added' | 'updated' | 'moved' | 'unchanged';

interface ColumnsRow {
  readonly ids: string;
  readonly givenClassIds: string;
}

/**
 * Statements that go through a million samples; exported so that a test can ask SQLite how it would run them. Columns come as JSON: parsing
 * a list of numbers is seven times as quick as taking them row by row.
 */
export const sampleStatements = {
  countByPresence: 'SELECT count(*) AS count FROM samples WHERE presence = ?',
  columns: `SELECT json_group_array(id) AS ids, json_group_array(given_class_id) AS givenClassIds FROM (
    SELECT id, given_class_id FROM samples INDEXED BY present_samples_by_id
    WHERE id > ? AND presence = 'present' ORDER BY id LIMIT ?)`,
  // Left to itself, SQLite would gather every present sample and sort them, for each stretch anew.
  paths: `SELECT path FROM samples NOT INDEXED WHERE id > ? AND presence = 'present' ORDER BY id LIMIT ?`,
};

const samplesWhere = (condition: string): string => `SELECT ${sampleColumns} FROM samples AS s WHERE ${condition}`;

export class SqliteSampleStore implements SampleStore {
  readonly #connection: Connection;
  readonly #count: Database.Statement<[], { count: number }>;
  readonly #countByPresence: Database.Statement<[Presence], { count: number }>;
  readonly #classes: Database.Statement<[], SampleClass>;
  readonly #classByName: Database.Statement<[string], SampleClass>;
  readonly #addClass: Database.Statement<[string]>;
  readonly #countsByClass: Database.Statement<[], { classId: ClassId; count: number }>;
  readonly #byId: Database.Statement<[SampleId], Sample>;
  readonly #byPath: Database.Statement<[string], Sample>;
  readonly #byHash: Database.Statement<[string], Sample>;
  readonly #all: Database.Statement<[], Sample>;
  readonly #allByPresence: Database.Statement<[Presence], Sample>;
  readonly #stretch: Database.Statement<[number, Presence | null, number], Sample>;
  readonly #columns: Database.Statement<[number, number], ColumnsRow>;
  readonly #paths: Database.Statement<[number, number], string>;
  readonly #hasGone: Database.Statement<[], 0 | 1>;
  readonly #moveCandidates: Database.Statement<[string], MoveCandidate>;
  readonly #add: Database.Statement<SampleValues>;
  readonly #update: Database.Statement<[...SampleValues, SampleId]>;
  readonly #setPath: Database.Statement<[string, SampleId]>;
  readonly #relink: Database.Statement<[string, SampleId]>;
  readonly #markGone: Database.Statement<[SampleId]>;
  readonly #problems: Database.Statement<[], Problem>;
  readonly #deleteProblems: Database.Statement<[]>;
  readonly #addProblem: Database.Statement<[string, string, string]>;
  readonly #addImport: Database.Statement<[number, 0 | 1, number, number, number, number]>;
  readonly #lastImport: Database.Statement<[], ImportCounts>;
  readonly #importRevision: Database.Statement<[], { revision: number | null }>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#count = connection.prepare('SELECT count(*) AS count FROM samples');
    this.#countByPresence = connection.prepare(sampleStatements.countByPresence);
    this.#classes = connection.prepare('SELECT id, name FROM classes ORDER BY id');
    this.#classByName = connection.prepare('SELECT id, name FROM classes WHERE name = ?');
    this.#addClass = connection.prepare('INSERT INTO classes (name) VALUES (?)');
    this.#countsByClass = connection.prepare(
      `SELECT given_class_id AS classId, count(*) AS count FROM samples WHERE presence = 'present' GROUP BY given_class_id`,
    );
    this.#byId = connection.prepare(samplesWhere('s.id = ?'));
    this.#byPath = connection.prepare(samplesWhere('s.path = ?'));
    this.#byHash = connection.prepare(samplesWhere('s.content_hash = ? ORDER BY s.id'));
    this.#all = connection.prepare(samplesWhere('true ORDER BY s.id'));
    this.#allByPresence = connection.prepare(samplesWhere('s.presence = ? ORDER BY s.id'));
    this.#stretch = connection.prepare(
      samplesWhere('s.id > ? AND s.presence = ifnull(?, s.presence) ORDER BY s.id LIMIT ?'),
    );
    this.#columns = connection.prepare(sampleStatements.columns);
    this.#paths = connection.prepare<[number, number], string>(sampleStatements.paths).pluck();
    this.#hasGone = connection
      .prepare<[], 0 | 1>(`SELECT EXISTS (SELECT 1 FROM samples WHERE presence = 'gone')`)
      .pluck();
    this.#moveCandidates = connection.prepare(
      `SELECT s.id, s.path, v.sample_id IS NOT NULL AS hasVerdict
       FROM samples AS s LEFT JOIN verdicts AS v ON v.sample_id = s.id
       WHERE s.content_hash = ? AND s.presence = 'gone' ORDER BY s.id`,
    );
    this.#add = connection.prepare(
      `INSERT INTO samples (path, content_hash, size_bytes, modified_at_ms, width, height, given_class_id, presence)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'present')`,
    );
    this.#update = connection.prepare(
      `UPDATE samples SET path = ?, content_hash = ?, size_bytes = ?, modified_at_ms = ?, width = ?, height = ?,
       given_class_id = ?, presence = 'present' WHERE id = ?`,
    );
    this.#setPath = connection.prepare('UPDATE samples SET path = ? WHERE id = ?');
    this.#relink = connection.prepare(`UPDATE OR IGNORE samples SET path = ?, presence = 'present' WHERE id = ?`);
    this.#markGone = connection.prepare(`UPDATE samples SET presence = 'gone' WHERE id = ?`);
    this.#problems = connection.prepare('SELECT path, kind, reason FROM problems ORDER BY id');
    this.#deleteProblems = connection.prepare('DELETE FROM problems');
    this.#addProblem = connection.prepare('INSERT INTO problems (path, kind, reason) VALUES (?, ?, ?)');
    this.#addImport = connection.prepare(
      'INSERT INTO imports (ended_at_ms, is_complete, added, updated, unchanged, gone) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#lastImport = connection.prepare(
      'SELECT added, updated, unchanged, gone FROM imports WHERE is_complete = 1 ORDER BY id DESC LIMIT 1',
    );
    this.#importRevision = connection.prepare('SELECT max(id) AS revision FROM imports');
  }

  count(presence?: Presence): number {
    return this.#connection.read(() => {
      const row = presence === undefined ? this.#count.get() : this.#countByPresence.get(presence);
      return row?.count ?? 0;
    });
  }

  classes(): readonly SampleClass[] {
    const classes = this.#connection.read(() => this.#classes.all());
    for (const { id } of classes) requireInRange(id, mostClasses, 'a class');
    return classes;
  }

  ensureClass(name: string): SampleClass {
    return this.#findClass(name) ?? this.#connection.write(() => this.#findOrAddClass(name));
  }

  countsByClass(): ReadonlyMap<ClassId, number> {
    const rows = this.#connection.read(() => this.#countsByClass.all());
    return new Map(rows.map((row) => [row.classId, row.count]));
  }

  byId(id: SampleId): Sample | null {
    return this.#connection.read(() => this.#byId.get(id) ?? null);
  }

  byPath(path: string): Sample | null {
    return this.#connection.read(() => this.#byPath.get(path) ?? null);
  }

  byHash(contentHash: string): readonly Sample[] {
    return this.#connection.read(() => this.#byHash.all(contentHash));
  }

  byIds(ids: readonly SampleId[]): readonly Sample[] {
    return this.#connection.read(() => ids.flatMap((id) => this.#byId.get(id) ?? []));
  }

  stretch(afterId: number, limit: number, presence?: Presence): readonly Sample[] {
    return this.#connection.read(() => this.#stretch.all(afterId, presence ?? null, limit));
  }

  columns(afterId: number, limit: number): SampleColumns {
    const row = this.#connection.read(() => this.#columns.get(afterId, limit));
    return {
      ids: Uint32Array.from(parseNumbers(row?.ids ?? '[]', 'sample ids', largestSampleId)),
      givenClassIds: Uint16Array.from(parseNumbers(row?.givenClassIds ?? '[]', 'class ids', mostClasses)),
    };
  }

  paths(afterId: number, limit: number): readonly string[] {
    return this.#connection.read(() => this.#paths.all(afterId, limit));
  }

  all(presence?: Presence): readonly Sample[] {
    return this.#connection.read(() => (presence === undefined ? this.#all.all() : this.#allByPresence.all(presence)));
  }

  upsert(found: readonly FoundSample[]): { readonly added: number; readonly updated: number; readonly moved: number } {
    const counts: Record<Outcome, number> = { added: 0, updated: 0, moved: 0, unchanged: 0 };
    this.#connection.writeProvisionally(() => {
      const classIds = new Map<string, ClassId>();
      const hasGone = this.#hasGone.get() === 1;
      for (const sample of found) {
        const classId = classIds.get(sample.givenLabel) ?? this.#findOrAddClass(sample.givenLabel).id;
        classIds.set(sample.givenLabel, classId);
        counts[this.#upsertOne(sample, classId, hasGone)] += 1;
      }
    });
    return { added: counts.added, updated: counts.updated, moved: counts.moved };
  }

  relink(moves: readonly { readonly id: SampleId; readonly path: string }[]): number {
    return this.#connection.write(() => {
      const before = moves.map(({ id }) => this.#byId.get(id)?.path ?? null);
      // Samples may have swapped their places: first all of them leave theirs. No file's path holds a NUL.
      for (const { id } of moves) this.#setPath.run(`\0${id}`, id);
      let changed = 0;
      moves.forEach(({ id, path }, index) => {
        const isFree = this.#relink.run(path, id).changes === 1;
        const old = before[index];
        if (isFree) changed += 1;
        else if (old !== null && old !== undefined) this.#setPath.run(old, id);
      });
      return changed;
    });
  }

  markGone(ids: readonly SampleId[]): void {
    this.#connection.write(() => {
      for (const id of ids) this.#markGone.run(id);
    });
  }

  replaceProblems(problems: readonly Problem[]): void {
    this.#connection.write(() => {
      this.#deleteProblems.run();
      for (const problem of problems) this.#addProblem.run(problem.path, problem.kind, problem.reason);
    });
  }

  problems(): readonly Problem[] {
    return this.#connection.read(() => this.#problems.all());
  }

  recordImport(counts: ImportCounts | null, nowMs: number): void {
    const { added, updated, unchanged, gone } = counts ?? { added: 0, updated: 0, unchanged: 0, gone: 0 };
    this.#connection.write(() => this.#addImport.run(nowMs, counts === null ? 0 : 1, added, updated, unchanged, gone));
  }

  lastImport(): ImportCounts | null {
    return this.#connection.read(() => this.#lastImport.get() ?? null);
  }

  importRevision(): number {
    return this.#connection.read(() => this.#importRevision.get()?.revision ?? 0);
  }

  #findClass(name: string): SampleClass | null {
    return this.#connection.read(() => this.#classByName.get(name) ?? null);
  }

  #findOrAddClass(name: string): SampleClass {
    const known = this.#classByName.get(name);
    if (known !== undefined) return known;
    if (Number(this.#addClass.run(name).lastInsertRowid) > mostClasses) throw tooManyClasses(name);
    return this.#findOrAddClass(name);
  }

  #upsertOne(found: FoundSample, classId: ClassId, hasGone: boolean): Outcome {
    const values = toValues(found, classId);
    const known = this.#byPath.get(found.path);
    if (known !== undefined) {
      if (known.presence === 'present' && isSame(known, found, classId)) return 'unchanged';
      this.#update.run(...values, known.id);
      return 'updated';
    }
    const moved = hasGone ? chooseMoved(this.#moveCandidates.all(found.contentHash), found.path) : null;
    if (moved === null) this.#add.run(...values);
    else this.#update.run(...values, moved.id);
    return moved === null ? 'added' : 'moved';
  }
}

function requireInRange(id: number, largest: number, what: string): void {
  if (Number.isSafeInteger(id) && id >= 1 && id <= largest) return;
  throw new TouchstoneError(
    'project-damaged',
    `The project file gives ${what} the number ${id}; Touchstone counts from 1 to ${largest}. Run touchstone doctor on the project, or put back a backup.`,
    { details: { id } },
  );
}

function tooManyClasses(name: string): TouchstoneError {
  return new TouchstoneError(
    'invalid-value',
    `"${name}" would be class number ${mostClasses + 1}; a project holds at most ${mostClasses}. Check that the folders (or the label column) are classes.`,
    { details: { class: name } },
  );
}

function toValues(found: FoundSample, classId: ClassId): SampleValues {
  const { path, contentHash, sizeBytes, modifiedAtMs, width, height } = found;
  return [path, contentHash, sizeBytes, modifiedAtMs, width, height, classId];
}

function isSame(known: Sample, found: FoundSample, classId: ClassId): boolean {
  return (
    known.contentHash === found.contentHash &&
    known.sizeBytes === found.sizeBytes &&
    known.modifiedAtMs === found.modifiedAtMs &&
    known.width === found.width &&
    known.height === found.height &&
    known.givenClassId === classId
  );
}

/** Of several gone samples with the same bytes: the one with the same file name, then one with a verdict, then the oldest. */
function chooseMoved(candidates: readonly MoveCandidate[], newPath: string): MoveCandidate | null {
  const fileName = posix.basename(newPath);
  return (
    candidates.find((candidate) => posix.basename(candidate.path) === fileName) ??
    candidates.find((candidate) => candidate.hasVerdict === 1) ??
    candidates[0] ??
    null
  );
}
