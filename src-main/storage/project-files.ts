/** Creates and opens project folders: the entry to this folder, and what the composition root uses. */
import { join, resolve } from 'node:path';
import type {
  DatasetSource,
  ProjectFiles,
  ProjectInfo,
  ProjectStores,
  RunStore,
  SampleStore,
  VerdictStore,
} from '../services/ports.ts';
import type { AuditStore } from '../services/ports/audit-store.ts';
import { SqliteAuditStore } from './audit-store.ts';
import type { Connection } from './connection.ts';
import { createDatabase } from './create-database.ts';
import { openDatabase, type OpenOptions } from './open-database.ts';
import { ProjectRecord } from './project-record.ts';
import { SqliteRunStore } from './run-store.ts';
import { SqliteSampleStore } from './sample-store.ts';
import { SqliteVerdictStore } from './verdict-store.ts';

export const projectFileName = 'project.sqlite';

/** Longer than any transaction of another Touchstone on the same project takes. */
const defaultLockWaitMs = 5_000;

export class SqliteProjectFiles implements ProjectFiles {
  readonly #options: OpenOptions;

  constructor(options: Partial<OpenOptions> = {}) {
    this.#options = { lockWaitMs: options.lockWaitMs ?? defaultLockWaitMs };
  }

  create(folder: string, name: string): ProjectStores {
    createDatabase(join(resolve(folder), projectFileName), name, Date.now());
    return this.open(folder);
  }

  open(folder: string): ProjectStores {
    const absoluteFolder = resolve(folder);
    const connection = openDatabase(join(absoluteFolder, projectFileName), this.#options);
    try {
      return new SqliteProject(absoluteFolder, connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

class SqliteProject implements ProjectStores {
  readonly samples: SampleStore;
  readonly verdicts: VerdictStore;
  readonly runs: RunStore;
  readonly audits: AuditStore;
  readonly #folder: string;
  readonly #connection: Connection;
  readonly #record: ProjectRecord;

  constructor(folder: string, connection: Connection) {
    this.#folder = folder;
    this.#connection = connection;
    this.#record = new ProjectRecord(connection);
    this.samples = new SqliteSampleStore(connection);
    this.verdicts = new SqliteVerdictStore(connection);
    this.runs = new SqliteRunStore(connection);
    this.audits = new SqliteAuditStore(connection);
  }

  /** Read anew each time: another process may have changed it. */
  get info(): ProjectInfo {
    return { folder: this.#folder, ...this.#record.read(), isReadOnly: this.#connection.isReadOnly };
  }

  dataVersion(): number {
    return this.#connection.dataVersion();
  }

  setSource(source: DatasetSource): void {
    this.#record.setSource(source);
  }

  setName(name: string): void {
    this.#record.setName(name);
  }

  close(): void {
    this.#connection.close();
  }
}
