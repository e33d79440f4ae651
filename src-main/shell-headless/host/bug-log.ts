/** Bugs go into a log file of the user-data folder, each under an id that the user sees and can quote. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ReportBug } from '../../contract/wire-error.ts';
import type { LoggedFault } from '../../services/ports/host-ports.ts';
import { shortenPaths } from './shorten-paths.ts';

/** Two files of this size are kept. */
const maxLogBytes = 5_000_000;

export function bugLogFile(userDataFolder: string): string {
  return path.join(userDataFolder, 'logs', 'touchstone.log');
}

/**
 * Each line is a JSON object. Paths are shortened, so that a log can be handed on; TOUCHSTONE_LOG_PATHS=full keeps them. Writing is
 * synchronous: the next thing that happens may be the end of the process.
 */
export function createBugLog(userDataFolder: string, version: string): ReportBug {
  const file = bugLogFile(userDataFolder);
  return (error) => {
    const reportId = randomUUID().slice(0, 8);
    const line = { at: new Date().toISOString(), reportId, version, ...describe(error) };
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      rotate(file);
      appendFileSync(file, `${keepsPaths() ? JSON.stringify(line) : JSON.stringify(line, shortened)}\n`, {
        mode: 0o600,
      });
    } catch {
      // A full disk must not turn one fault into two; the caller still learns the id.
    }
    return reportId;
  };
}

/** The newest faults first, without their stacks. Lines that cannot be read are passed over. */
export function readLatestFaults(userDataFolder: string, most: number): readonly LoggedFault[] {
  const file = bugLogFile(userDataFolder);
  const lines = [`${file}.1`, file].flatMap(readLines);
  return lines.flatMap(parseLine).slice(-most).toReversed();
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function parseLine(text: string): readonly LoggedFault[] {
  try {
    const { at, reportId, message } = JSON.parse(text) as Partial<LoggedFault>;
    const isWhole = [at, reportId, message].every((value) => typeof value === 'string');
    return isWhole ? [{ at: String(at), reportId: String(reportId), message: shortenPaths(String(message)) }] : [];
  } catch {
    return [];
  }
}

function keepsPaths(): boolean {
  return process.env['TOUCHSTONE_LOG_PATHS'] === 'full';
}

/** For JSON.stringify. */
function shortened(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? shortenPaths(value) : value;
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
