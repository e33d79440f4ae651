/**
 * `npm run soak -- endurance [--minutes N]`: train, pause, resume, browse, decide, undo, export plans, again and again in one process. Fails where
 * memory, open files or the project's log still grow in the second half.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ProjectId } from '../../../src-main/contract/payloads.ts';
import { createInlineRunner } from '../../../src-main/training/inline-runner.ts';
import { startHost, type TestHost } from '../../factories/make-services.ts';
import { rankByMargin } from '../../factories/rank-by-margin.ts';
import { drawImages } from '../kills/drawn-images.ts';

interface Reading {
  readonly minute: number;
  readonly rounds: number;
  /** What JavaScript can still reach. */
  readonly heapMb: number;
  /** Buffers outside of JavaScript's heap that it can still reach. */
  readonly buffersMb: number;
  /** Memory of the process that is no file's: heaps, buffers, SQLite's cache, what the allocator keeps. */
  readonly anonymousMb: number;
  readonly rssMb: number;
  readonly handles: number;
  readonly logKb: number;
}

const query = { by: 'suspicion', filter: {} } as const;
/** Growth over the second half that is not noise any more. */
const allowedGrowth = 1.15;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { minutes: { type: 'string', default: '30' } } });
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-endurance-'));
  const host = startHost(folder, { runner: createInlineRunner({ rank: rankByMargin }) });
  try {
    const projectId = await prepare(folder, host);
    const readings = await work(folder, host, projectId, Number(values.minutes));
    print(readings);
    judge(readings);
  } finally {
    await host.services.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(readings: readonly Reading[]): void {
  console.log('| minute | rounds | heap, MB | buffers, MB | anonymous, MB | process, MB | open files | log, kB |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const { minute, rounds, heapMb, buffersMb, anonymousMb, rssMb, handles, logKb } of readings) {
    const cells = [minute.toFixed(1), rounds, heapMb, buffersMb, anonymousMb, rssMb, handles, logKb];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function prepare(folder: string, { call, finish }: TestHost): Promise<ProjectId> {
  await drawImages(join(folder, 'pictures'), 40);
  const { projectId } = await call('project/create', { folder: join(folder, 'project') });
  const source = { folder: join(folder, 'pictures'), labels: { kind: 'folders' } } as const;
  await finish('import', (await call('import/start', { projectId, ...source })).jobId);
  const { classes } = await call('project/status', { projectId });
  for (const { classId } of classes) {
    const ofClass = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
    const sampleIds = await call('review/ids', { projectId, query: ofClass, offset: 0, limit: 4 });
    await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'trust' } });
  }
  return projectId;
}

async function work(
  folder: string,
  host: TestHost,
  projectId: ProjectId,
  minutes: number,
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  const startedAtMs = Date.now();
  const endsAtMs = startedAtMs + minutes * 60_000;
  for (let rounds = 0; Date.now() < endsAtMs; rounds += 1) {
    await doRound(folder, host, projectId, rounds);
    const minute = (Date.now() - startedAtMs) / 60_000;
    if (minute >= (readings.length * minutes) / 20) readings.push(read(folder, minute, rounds + 1));
  }
  return readings;
}

async function doRound(
  folder: string,
  { call, finish, events }: TestHost,
  projectId: ProjectId,
  round: number,
): Promise<void> {
  const settings = { epochs: 3, engine: 'cpu', batchSize: 20, trustedBatchSize: 8, seed: round } as const;
  const { jobId } = await call('train/start', { projectId, settings });
  await call('job/pause', { jobId }).catch(() => undefined);
  const { rows } = await call('review/page', { projectId, query, offset: (round * 7) % 100, limit: 20 });
  const sampleIds = rows.map(({ id }) => id);
  await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: round % 2 === 0 ? 'drop' : 'keep' } });
  await call('job/resume', { jobId }).catch(() => undefined);
  await finish('training', jobId);
  await call('decide/undo', { projectId });
  for (const { id } of rows.slice(0, 5)) await call('review/sample', { projectId, sampleId: id });
  await call('review/summary', { projectId, query });
  await call('export/plan', { projectId, folder: join(folder, 'clean'), format: 'folders', link: 'copy' });
  // The test host keeps every event; a real one does not.
  events.length = 0;
}

/** Counts what is garbage as gone: only what stays reachable can be a leak. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

function read(folder: string, minute: number, rounds: number): Reading {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  const log = statSync(join(folder, 'project', 'project.sqlite-wal'), { throwIfNoEntry: false })?.size ?? 0;
  const handles = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  return {
    minute,
    rounds,
    heapMb: Math.round(heapUsed / 1e5) / 10,
    buffersMb: Math.round(external / 1e5) / 10,
    anonymousMb: Math.round(anonymousBytes() / 1e6),
    rssMb: Math.round(rss / 1e6),
    handles,
    logKb: Math.round(log / 1000),
  };
}

/** Zero where the system does not say. */
function anonymousBytes(): number {
  if (process.platform !== 'linux') return 0;
  const kib = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}

function judge(readings: readonly Reading[]): void {
  const half = Math.floor(readings.length / 2);
  const most = (from: number, to: number, of: (reading: Reading) => number): number =>
    Math.max(...readings.slice(from, to).map(of));
  const measures = {
    memory: (r: Reading) => r.rssMb,
    'open files': (r: Reading) => r.handles,
    log: (r: Reading) => Math.max(r.logKb, 4_200),
  };
  for (const [name, of] of Object.entries(measures)) {
    const [before, after] = [most(1, half + 1, of), most(half + 1, readings.length, of)];
    const isGrowing = after > before * allowedGrowth;
    console.log(`${name}: ${before} in the first half, ${after} in the second${isGrowing ? ': it grows' : ''}`);
    if (isGrowing) process.exitCode = 1;
  }
}
