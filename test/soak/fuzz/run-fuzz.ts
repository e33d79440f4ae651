/** Runs a target's cases in a process of its own, and watches it: whether it dies, how long a case takes, how large it grows, what it touches. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { secretText } from './target.ts';

const childFile = path.join(import.meta.dirname, 'fuzz-child.ts');

/** What the issue allows. */
export const fuzzLimits = { caseMs: 5_000, rssBytes: 1_500_000_000 } as const;
/** A case that hangs is ended then. On a crowded machine a case may take several times its own time. */
const hangMs = 60_000;

export interface FuzzTally {
  readonly target: string;
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  /** With case number and stack. */
  readonly faults: readonly string[];
  readonly longestMs: number;
  /** Number of the case that took longest, and how long a core worked on it: the rest is waiting. */
  readonly longestCase: number;
  readonly longestCoreMs: number;
  readonly largestRssBytes: number;
}

interface Line {
  readonly began?: number;
  readonly ended?: 'accepted' | 'refused' | 'fault';
  readonly stack?: string;
  readonly ms?: number;
  readonly coreMs?: number;
  readonly rssBytes?: number;
}

export async function runFuzz(target: string, cases: number, seed: number, first = 0): Promise<FuzzTally> {
  const world = mkdtempSync(path.join(tmpdir(), `touchstone-fuzz-${target}-`));
  const tally = {
    ...{ target, cases, accepted: 0, refused: 0, faults: [] as string[] },
    ...{ longestMs: 0, longestCase: 0, longestCoreMs: 0, largestRssBytes: 0 },
  };
  try {
    makeWorld(world);
    let from = first;
    while (from < first + cases) from = await runProcess(target, seed, from, first + cases, world, tally);
    for (const finding of lookAround(world)) tally.faults.push(finding);
    return tally;
  } finally {
    rmSync(world, { recursive: true, force: true });
  }
}

type Tally = { -readonly [K in keyof FuzzTally]: FuzzTally[K] } & { faults: string[] };

/** Until the process ends; returns the number of the next case to run. */
async function runProcess(
  target: string,
  seed: number,
  from: number,
  end: number,
  world: string,
  tally: Tally,
): Promise<number> {
  const work = path.join(world, 'work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  const args = ['--max-old-space-size=1024', childFile, target, String(seed), String(from), String(end - from), work];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [current, errors] = [from - 1, ''];
  let isRunning = false;
  let watchdog = setTimeout(() => child.kill('SIGKILL'), hangMs);
  child.stderr.on('data', (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(-2_000)));
  const closed = new Promise<string>((resolve) =>
    child.once('close', (code, signal) => resolve(String(signal ?? code))),
  );
  for await (const text of createInterface({ input: child.stdout })) {
    const line = parseLine(text);
    if (line?.began !== undefined) {
      current = line.began;
      isRunning = true;
      clearTimeout(watchdog);
      watchdog = setTimeout(() => child.kill('SIGKILL'), hangMs);
    } else if (line?.ended !== undefined) {
      isRunning = false;
      count(tally, current, line);
    }
  }
  const ended = await closed;
  clearTimeout(watchdog);
  if (isRunning || ended !== '0') tally.faults.push(`${target} ${current}: the process ended with ${ended}. ${errors}`);
  return current + 1;
}

/** Libraries may write to standard output too. */
function parseLine(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

function count(tally: Tally, number: number, { ended, stack, ms = 0, coreMs = 0, rssBytes = 0 }: Line): void {
  if (ended === 'accepted') tally.accepted += 1;
  else if (ended === 'refused') tally.refused += 1;
  else tally.faults.push(`${tally.target} ${number}: ${stack}`);
  if (ms > tally.longestMs) Object.assign(tally, { longestMs: ms, longestCase: number, longestCoreMs: coreMs });
  tally.largestRssBytes = Math.max(tally.largestRssBytes, rssBytes);
  if (rssBytes > fuzzLimits.rssBytes)
    tally.faults.push(`${tally.target} ${number}: the process takes ${Math.round(rssBytes / 1e6)} MB`);
}

/** Around the folder of the cases lies what none of them may read, change or add to. */
function makeWorld(world: string): void {
  writeFileSync(path.join(world, 'secret.txt'), secretText);
  mkdirSync(path.join(world, 'guarded'));
}

function lookAround(world: string): readonly string[] {
  const findings: string[] = [];
  if (readFileSync(path.join(world, 'secret.txt'), 'utf8') !== secretText) findings.push('The secret was overwritten.');
  const names = [...readdirSync(world), ...readdirSync(path.join(world, 'guarded'))].toSorted();
  if (names.join() !== 'guarded,secret.txt,work') findings.push(`Written outside: ${names.join()}`);
  const within = readdirSync(path.join(world, 'work')).filter((name) => name !== 'prepared' && name !== 'case');
  if (within.length > 0) findings.push(`Written outside of the case: ${within.join()}`);
  return findings;
}
