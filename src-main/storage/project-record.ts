/** The one row about the project itself. */
import type Database from 'better-sqlite3';
import { TouchstoneError } from '../core/errors.ts';
import type { DatasetSource, LabelSource, ProjectInfo } from '../services/ports/project-files.ts';
import type { Connection } from './connection.ts';

interface ProjectRow {
  readonly name: string;
  readonly createdAtMs: number;
  readonly sourceFolder: string | null;
  readonly sourceKind: LabelSource['kind'] | null;
  readonly sourceFile: string | null;
}

export class ProjectRecord {
  readonly #connection: Connection;
  readonly #read: Database.Statement<[], ProjectRow>;
  readonly #setName: Database.Statement<[string]>;
  readonly #setSource: Database.Statement<[string, string, string | null]>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#read = connection.prepare(
      `SELECT name, created_at_ms AS createdAtMs, source_folder AS sourceFolder, source_kind AS sourceKind,
       source_file AS sourceFile FROM project WHERE id = 1`,
    );
    this.#setName = connection.prepare('UPDATE project SET name = ? WHERE id = 1');
    this.#setSource = connection.prepare(
      'UPDATE project SET source_folder = ?, source_kind = ?, source_file = ? WHERE id = 1',
    );
  }

  read(): Omit<ProjectInfo, 'folder' | 'isReadOnly'> {
    const row = this.#connection.read(() => this.#read.get());
    if (row === undefined) throw withoutProject(this.#connection.file);
    return { name: row.name, createdAtMs: row.createdAtMs, source: toSource(row) };
  }

  setName(name: string): void {
    this.#connection.write(() => this.#setName.run(name));
  }

  setSource({ folder, labels }: DatasetSource): void {
    const file = labels.kind === 'folders' ? null : labels.file;
    this.#connection.write(() => this.#setSource.run(folder, labels.kind, file));
  }
}

function toSource({ sourceFolder, sourceKind, sourceFile }: ProjectRow): DatasetSource | null {
  if (sourceFolder === null || sourceKind === null) return null;
  if (sourceKind === 'folders') return { folder: sourceFolder, labels: { kind: sourceKind } };
  return { folder: sourceFolder, labels: { kind: sourceKind, file: sourceFile ?? '' } };
}

function withoutProject(file: string): TouchstoneError {
  return new TouchstoneError(
    'project-damaged',
    `The project file ${file} has lost the project's name and source. Put back a backup of the project's folder.`,
    { details: { file } },
  );
}
