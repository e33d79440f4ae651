/** Creates and opens project folders: the entry to this folder, and what the composition root uses. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type {
  DatasetSource,
  OpenProjectOptions,
  ProjectFiles,
  ProjectInfo,
  ProjectStores,
} from '../services/ports/project-files.ts';
import type { RunStore } from '../services/ports/run-store.ts';
import type { SampleStore } from '../services/ports/sample-store.ts';
import type { VerdictStore } from '../services/ports/verdict-store.ts';
import type { AuditStore } from '../services/ports/audit-store.ts';
import type { BackupFile } from '../services/ports/project-repair.ts';
import type { SelfTestStore } from '../services/ports/self-test-store.ts';
import type { MapStore } from '../services/ports/map-store.ts';
import type { FindingStore } from '../services/ports/finding-store.ts';
import { SqliteAuditStore } from './audit-store.ts';
import { backUp, listBackups } from './backups.ts';
import type { Connection } from './connection.ts';
import { createDatabase } from './create-database.ts';
import { SqliteFindingStore } from './finding-store.ts';
import { SqliteSelfTestStore } from './self-test-store.ts';
import { SqliteMapStore } from './map-store.ts';
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
    this.#options = { lockWaitMs: options.lockWaitMs ?? defaultLockWaitMs, readOnly: false };
  }

  create(folder: string, name: string): ProjectStores {
    createDatabase(join(resolve(folder), projectFileName), name, Date.now());
    return this.open(folder);
  }

  open(folder: string, { readOnly = false }: OpenProjectOptions = {}): ProjectStores {
    const absoluteFolder = resolve(folder);
    const connection = openDatabase(join(absoluteFolder, projectFileName), { ...this.#options, readOnly });
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
  readonly findings: FindingStore;
  readonly maps: MapStore;
  readonly selfTests: SelfTestStore;
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
    this.findings = new SqliteFindingStore(connection);
    this.maps = new SqliteMapStore(connection);
    this.selfTests = new SqliteSelfTestStore(connection);
  }

  /** Read anew each time: another process may have changed it. */
  get info(): ProjectInfo {
    return { folder: this.#folder, ...this.#record.read(), isReadOnly: this.#connection.isReadOnly };
  }

  dataVersion(): number {
    return this.#connection.dataVersion();
  }

  backups(): readonly BackupFile[] {
    return listBackups(this.#folder);
  }

  backUp(reason: BackupFile['reason'], nowMs: number): Promise<string> {
    return this.#connection.copyWith((database) => backUp(database, this.#connection.file, reason, nowMs));
  }

  changedAtMs(): number {
    const times = ['', '-wal'].map((suffix) => statSync(this.#connection.file + suffix, { throwIfNoEntry: false }));
    return Math.max(...times.map((found) => (found !== undefined && found.size > 0 ? found.mtimeMs : 0)));
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
