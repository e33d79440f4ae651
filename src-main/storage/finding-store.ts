/** Findings of the check of the pictures in the project file. */
import type Database from 'better-sqlite3';
import { problemKinds, type ProblemKind, type SampleId } from '../core/dataset/sample.ts';
import type { Finding, FindingCheck, FindingStore } from '../services/ports/finding-store.ts';
import { BulkInsert } from './bulk-insert.ts';
import type { Connection } from './connection.ts';

interface CheckRow {
  readonly checkedAtMs: number;
  readonly images: number;
  readonly hadVectors: number;
  readonly importRevision: number;
  readonly leftOut: string;
}

type FindingRow = Omit<Finding, 'kind'> & { readonly kind: string };

const known: ReadonlySet<string> = new Set(problemKinds);

function isKind(text: unknown): text is ProblemKind {
  return typeof text === 'string' && known.has(text);
}

export class SqliteFindingStore implements FindingStore {
  readonly #connection: Connection;
  readonly #check: Database.Statement<[], CheckRow>;
  readonly #all: Database.Statement<[], FindingRow>;
  readonly #of: Database.Statement<[SampleId], FindingRow>;
  readonly #setCheck: Database.Statement<[number, number, number, number, string]>;
  readonly #clear: Database.Statement<[]>;
  readonly #add: BulkInsert;

  constructor(connection: Connection) {
    const columns = 'sample_id AS sampleId, kind, other_sample_id AS otherSampleId, value';
    this.#connection = connection;
    this.#check = connection.prepare(
      `SELECT checked_at_ms AS checkedAtMs, images, had_vectors AS hadVectors, import_revision AS importRevision,
       left_out AS leftOut FROM finding_checks WHERE id = 1`,
    );
    this.#all = connection.prepare(`SELECT ${columns} FROM findings ORDER BY sample_id, kind`);
    this.#of = connection.prepare(`SELECT ${columns} FROM findings WHERE sample_id = ? ORDER BY kind`);
    this.#setCheck = connection.prepare(
      `INSERT OR REPLACE INTO finding_checks (id, checked_at_ms, images, had_vectors, import_revision, left_out)
       VALUES (1, ?, ?, ?, ?, ?)`,
    );
    this.#clear = connection.prepare('DELETE FROM findings');
    this.#add = new BulkInsert(connection, 'findings', ['sample_id', 'kind', 'other_sample_id', 'value']);
  }

  check(): FindingCheck | null {
    const row = this.#connection.read(() => this.#check.get());
    return row === undefined ? null : { ...row, hadVectors: row.hadVectors === 1, leftOut: readKinds(row.leftOut) };
  }

  all(): readonly Finding[] {
    return toFindings(this.#connection.read(() => this.#all.all()));
  }

  of(sampleId: SampleId): readonly Finding[] {
    return toFindings(this.#connection.read(() => this.#of.all(sampleId)));
  }

  replace(check: FindingCheck, findings: readonly Finding[]): void {
    const { checkedAtMs, images, hadVectors, importRevision, leftOut } = check;
    this.#connection.write(() => {
      this.#clear.run();
      this.#setCheck.run(checkedAtMs, images, Number(hadVectors), importRevision, JSON.stringify(leftOut));
      this.#add.insertRange(0, findings.length, (place, values) => {
        const finding = findings[place];
        if (finding) values.push(finding.sampleId, finding.kind, finding.otherSampleId, finding.value);
      });
    });
  }
}

/** Kinds of a newer version are passed over. */
function toFindings(rows: readonly FindingRow[]): readonly Finding[] {
  return rows.flatMap((row) => (isKind(row.kind) ? [{ ...row, kind: row.kind }] : []));
}

/** The file is untrusted: anything that is not a list of kinds counts as none. */
function readKinds(text: string): readonly ProblemKind[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isKind) : [];
  } catch {
    return [];
  }
}
