/** Audits in the project file. A draw counts only as part of its whole batch. */
import type Database from 'better-sqlite3';
import type { RunId, SampleId } from '../core/dataset/sample.ts';
import type { AuditBatchRecord, AuditDraw, AuditStore } from '../services/ports/audit-store.ts';
import { BulkInsert } from './bulk-insert.ts';
import type { Connection } from './connection.ts';

type BatchRow = Omit<AuditBatchRecord, 'draws'>;

interface JudgementRow {
  readonly sampleId: SampleId;
  readonly isWrong: number;
}

export class SqliteAuditStore implements AuditStore {
  readonly #connection: Connection;
  readonly #batches: Database.Statement<[], BatchRow>;
  readonly #draws: Database.Statement<[number], AuditDraw>;
  readonly #addBatch: Database.Statement<[RunId, number], { id: number }>;
  readonly #addDraws: BulkInsert;
  readonly #judgements: Database.Statement<[], JudgementRow>;
  readonly #judge: Database.Statement<[SampleId, number, number]>;
  readonly #forget: Database.Statement<[SampleId]>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#batches = connection.prepare(
      'SELECT id, run_id AS runId, drawn_at_ms AS drawnAtMs FROM audit_batches ORDER BY id',
    );
    this.#draws = connection.prepare(
      'SELECT sample_id AS sampleId, probability FROM audit_draws WHERE batch_id = ? ORDER BY place',
    );
    this.#addBatch = connection.prepare('INSERT INTO audit_batches (run_id, drawn_at_ms) VALUES (?, ?) RETURNING id');
    this.#addDraws = new BulkInsert(connection, 'audit_draws', ['batch_id', 'place', 'sample_id', 'probability']);
    this.#judgements = connection.prepare(
      'SELECT sample_id AS sampleId, is_wrong AS isWrong FROM audit_judgements ORDER BY sample_id',
    );
    this.#judge = connection.prepare(
      'INSERT OR REPLACE INTO audit_judgements (sample_id, is_wrong, judged_at_ms) VALUES (?, ?, ?)',
    );
    this.#forget = connection.prepare('DELETE FROM audit_judgements WHERE sample_id = ?');
  }

  batches(): readonly AuditBatchRecord[] {
    return this.#connection.read(() =>
      this.#batches.all().map((batch) => ({ ...batch, draws: this.#draws.all(batch.id) })),
    );
  }

  addBatch(runId: RunId, draws: readonly AuditDraw[], nowMs: number): void {
    this.#connection.write(() => {
      const batch = this.#addBatch.get(runId, nowMs);
      this.#addDraws.insertRange(0, draws.length, (place, values) => {
        const draw = draws[place];
        if (batch && draw) values.push(batch.id, place, draw.sampleId, draw.probability);
      });
    });
  }

  judgements(): ReadonlyMap<SampleId, boolean> {
    const rows = this.#connection.read(() => this.#judgements.all());
    return new Map(rows.map(({ sampleId, isWrong }) => [sampleId, isWrong === 1]));
  }

  judge(judgements: ReadonlyMap<SampleId, boolean>, nowMs: number): void {
    this.#connection.write(() => {
      for (const [sampleId, isWrong] of judgements) this.#judge.run(sampleId, Number(isWrong), nowMs);
    });
  }

  forget(sampleIds: readonly SampleId[]): void {
    this.#connection.write(() => {
      for (const sampleId of sampleIds) this.#forget.run(sampleId);
    });
  }
}
