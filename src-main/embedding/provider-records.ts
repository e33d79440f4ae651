/**
 * What was found out about execution providers on this machine, in one small file: a trial takes seconds, and a driver that ends
 * the process must not be tried a second time by itself. A trial that has begun and not ended is written down too.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProviderName } from './execution-providers.ts';

export type ProviderRecord =
  | { readonly state: 'begun'; readonly processId: number }
  /** `reason` null: it works. */
  | { readonly state: 'ended'; readonly reason: string | null };

/** Records by provider and by what was tried on it. `file` null: nothing is remembered. */
export class ProviderRecords {
  readonly #file: string | null;

  constructor(file: string | null) {
    this.#file = file;
  }

  /** Null where it was never tried, or the file cannot be read: then it is tried again. */
  read(provider: ProviderName, subject: string): ProviderRecord | null {
    return this.#all()[`${provider} ${subject}`] ?? null;
  }

  write(provider: ProviderName, subject: string, record: ProviderRecord): void {
    if (this.#file === null) return;
    const all = { ...this.#all(), [`${provider} ${subject}`]: record };
    mkdirSync(path.dirname(this.#file), { recursive: true });
    const beside = `${this.#file}.${process.pid}.new`;
    writeFileSync(beside, JSON.stringify(all, null, 2));
    renameSync(beside, this.#file);
  }

  /** Everything that was tried on some provider. */
  subjects(): readonly string[] {
    return [...new Set(Object.keys(this.#all()).map((name) => name.slice(name.indexOf(' ') + 1)))];
  }

  #all(): Readonly<Record<string, ProviderRecord>> {
    if (this.#file === null) return {};
    try {
      const value: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      if (typeof value !== 'object' || value === null) return {};
      return Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, ProviderRecord] => isRecord(entry[1])),
      );
    } catch {
      return {};
    }
  }
}

function isRecord(value: unknown): value is ProviderRecord {
  if (typeof value !== 'object' || value === null || !('state' in value)) return false;
  if (value.state === 'begun') return 'processId' in value && typeof value.processId === 'number';
  return value.state === 'ended' && 'reason' in value && (value.reason === null || typeof value.reason === 'string');
}
