/** The runs themselves: settings, versions, classes, samples, status. */
import type Database from 'better-sqlite3';
import type { RunId } from '../core/dataset/sample.ts';
import type { Run, RunStatus, RunStore } from '../services/ports/run-store.ts';
import type { RunInputs } from '../services/ports/columns.ts';
import type { Connection } from './connection.ts';
import { runNotFound, type RunOrders } from './run-order.ts';
import { parseRunSettings } from './stored-json.ts';

type NewRun = Parameters<RunStore['create']>[0];
type RunRow = Omit<Run, 'settings' | 'classIds' | 'versions'> & { readonly settings: string };

const selectRuns = `SELECT id, status, settings, created_at_ms AS createdAtMs, ended_at_ms AS endedAtMs,
  (SELECT count(*) FROM run_epochs WHERE run_id = runs.id) AS epochsDone, trusted_count AS trustedCount, failure FROM runs`;

const endedStatuses: ReadonlySet<RunStatus> = new Set(['finished', 'failed', 'cancelled', 'interrupted']);

export class RunRecords {
  readonly #connection: Connection;
  readonly #orders: RunOrders;
  readonly #add: Database.Statement<[string, number, number]>;
  readonly #addClass: Database.Statement<[RunId, number, number]>;
  readonly #addVersion: Database.Statement<[RunId, string, string]>;
  readonly #newestId: Database.Statement<[], { id: RunId }>;
  readonly #byId: Database.Statement<[RunId], RunRow>;
  readonly #all: Database.Statement<[], RunRow>;
  readonly #latestFinished: Database.Statement<[], RunRow>;
  readonly #versions: Database.Statement<[RunId], { name: string; version: string }>;
  readonly #setStatus: Database.Statement<[RunStatus, number | null, string | null, RunId]>;

  constructor(connection: Connection, orders: RunOrders) {
    this.#connection = connection;
    this.#orders = orders;
    this.#add = connection.prepare(
      `INSERT INTO runs (status, settings, created_at_ms, trusted_count) VALUES ('running', ?, ?, ?)`,
    );
    this.#addClass = connection.prepare('INSERT INTO run_classes (run_id, output_index, class_id) VALUES (?, ?, ?)');
    this.#addVersion = connection.prepare(
      'INSERT OR REPLACE INTO run_versions (run_id, name, version) VALUES (?, ?, ?)',
    );
    this.#newestId = connection.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT 1');
    this.#byId = connection.prepare(`${selectRuns} WHERE id = ?`);
    this.#all = connection.prepare(`${selectRuns} ORDER BY id DESC`);
    this.#latestFinished = connection.prepare(`${selectRuns} WHERE status = 'finished' ORDER BY id DESC LIMIT 1`);
    this.#versions = connection.prepare('SELECT name, version FROM run_versions WHERE run_id = ? ORDER BY name');
    this.#setStatus = connection.prepare('UPDATE runs SET status = ?, ended_at_ms = ?, failure = ? WHERE id = ?');
  }

  /** The new run is `running`. */
  create(run: NewRun, nowMs: number): Run {
    const isComplete = run.labels.length === run.sampleIds.length;
    if (!isComplete) throw new Error(`${run.labels.length} labels for ${run.sampleIds.length} samples.`);
    return this.#connection.write(() => {
      this.#add.run(JSON.stringify(run.settings), nowMs, run.trustedCount);
      const id = this.#newestId.get()?.id;
      const added = id === undefined ? null : this.#addParts(id, run);
      if (added === null) throw new Error('A run vanished within its own transaction.');
      return added;
    });
  }

  byId(id: RunId): Run | null {
    return this.#connection.read(() => {
      const row = this.#byId.get(id);
      return row === undefined ? null : this.#toRun(row);
    });
  }

  /** Newest first. */
  all(): readonly Run[] {
    return this.#connection.read(() => this.#all.all().map((row) => this.#toRun(row)));
  }

  latestFinished(): Run | null {
    return this.#connection.read(() => {
      const row = this.#latestFinished.get();
      return row === undefined ? null : this.#toRun(row);
    });
  }

  /** Throws `run-not-found`. */
  inputs(id: RunId): RunInputs {
    return this.#orders.inputs(id);
  }

  addVersions(id: RunId, versions: Readonly<Record<string, string>>): void {
    this.#connection.write(() => this.#writeVersions(id, versions));
  }

  /** Throws `run-not-found`. */
  setStatus(id: RunId, status: RunStatus, nowMs: number, failure?: string): void {
    this.#connection.write(() => {
      const endedAtMs = endedStatuses.has(status) ? nowMs : null;
      if (this.#setStatus.run(status, endedAtMs, failure ?? null, id).changes === 0) throw runNotFound(id);
    });
  }

  #addParts(id: RunId, run: NewRun): Run | null {
    this.#orders.write(id, run);
    for (const [outputIndex, classId] of run.classIds.entries()) this.#addClass.run(id, outputIndex, classId);
    this.#writeVersions(id, run.versions);
    return this.byId(id);
  }

  #writeVersions(id: RunId, versions: Readonly<Record<string, string>>): void {
    for (const [name, version] of Object.entries(versions)) this.#addVersion.run(id, name, version);
  }

  #toRun(row: RunRow): Run {
    const versions = this.#versions.all(row.id).map(({ name, version }) => [name, version] as const);
    return {
      ...row,
      settings: parseRunSettings(row.settings),
      classIds: this.#orders.classIds(row.id),
      versions: Object.fromEntries(versions),
    };
  }
}
