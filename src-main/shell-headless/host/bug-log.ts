/** Bugs go into a log file of the user-data folder, each under an id that the user sees and can quote. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ReportBug } from '../../contract/wire-error.ts';

/** Two files of this size are kept. */
const maxLogBytes = 5_000_000;

/** Each line is a JSON object. Writing is synchronous: the next thing that happens may be the end of the process. */
export function createBugLog(userDataFolder: string, version: string): ReportBug {
  const file = path.join(userDataFolder, 'logs', 'touchstone.log');
  return (error) => {
    const reportId = randomUUID().slice(0, 8);
    const line = { at: new Date().toISOString(), reportId, version, ...describe(error) };
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      rotate(file);
      appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch {
      // A full disk must not turn one fault into two; the caller still learns the id.
    }
    return reportId;
  };
}

function describe(error: unknown): { readonly message: string; readonly stack?: string; readonly cause?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause instanceof Error ? { cause: `${error.cause.name}: ${error.cause.message}` } : {};
  return { message: `${error.name}: ${error.message}`, ...(error.stack ? { stack: error.stack } : {}), ...cause };
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size >= maxLogBytes) renameSync(file, `${file}.1`);
}
