/**
 * How long the service process keeps a user waiting while it imports and while it trains, on two cores: the delay of its event loop, and how
 * long a page takes that is asked for every 50 ms. The pictures are drawn first and do not count.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { MethodInput, MethodName, MethodOutput } from '../../src-main/contract/methods.ts';
import type { JobId, ProjectId } from '../../src-main/contract/payloads.ts';
import { createHost, type Host } from '../../src-main/shell-headless/create-host.ts';
import { drawNoisePictures } from './latency/draw-pictures.ts';

const defaultSamples = 5000;
const classCount = 5;
const epochs = 10;
const wantedMs = 50;
const pageEveryMs = 50;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { samples: { type: 'string' } } });
  const temporary = await mkdtemp(path.join(tmpdir(), 'touchstone-latency-'));
  const host = await createHost({ userDataFolder: path.join(temporary, 'user') });
  try {
    const pictures = path.join(temporary, 'pictures');
    await drawNoisePictures(pictures, Number(values.samples ?? defaultSamples), classCount);
    const { projectId } = await call(host, 'project/create', { folder: path.join(temporary, 'project') });
    const labels = { kind: 'folders' } as const;
    await measure(host, projectId, 'import', () => call(host, 'import/start', { projectId, folder: pictures, labels }));
    await trustSome(host, projectId);
    const settings = { epochs } as const;
    await measure(host, projectId, 'training', () => call(host, 'train/start', { projectId, settings }));
  } finally {
    await host.close();
    await rm(temporary, { recursive: true });
  }
}

function call<M extends MethodName>({ services }: Host, name: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
  return Promise.resolve(services.methods[name](input, { signal: new AbortController().signal }));
}

async function trustSome(host: Host, projectId: ProjectId): Promise<void> {
  const { classes } = await call(host, 'project/status', { projectId });
  for (const { classId } of classes) {
    const query = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
    const sampleIds = await call(host, 'review/ids', { projectId, query, offset: 0, limit: 5 });
    await call(host, 'decide/apply', { projectId, target: { sampleIds }, action: { kind: 'trust' } });
  }
}

async function measure(
  host: Host,
  projectId: ProjectId,
  what: string,
  start: () => Promise<{ readonly jobId: JobId }>,
): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { jobId } = await start();
  const job = host.services.jobs.wait(jobId);
  let isRunning = true;
  const ended = job.finally(() => {
    isRunning = false;
  });
  const pagesMs: number[] = [];
  while (isRunning) {
    pagesMs.push(await timePage(host, projectId));
    await Promise.race([ended, wait(pageEveryMs)]);
  }
  delay.disable();
  const { status, error } = await job;
  if (status !== 'done') throw new Error(`The ${what} ended as ${status}: ${error?.message ?? 'no reason given'}`);
  report(what, delay.percentile(99) / 1e6, delay.max / 1e6, pagesMs);
}

async function timePage(host: Host, projectId: ProjectId): Promise<number> {
  const startedAtMs = performance.now();
  await call(host, 'review/page', { projectId, query: { by: 'suspicion', filter: {} }, offset: 0, limit: 100 });
  return performance.now() - startedAtMs;
}

function report(what: string, p99: number, longest: number, pagesMs: readonly number[]): void {
  const [load = 0] = loadavg();
  const sorted = [...pagesMs].sort((a, b) => a - b);
  const slowPage = sorted[Math.min(sorted.length - 1, Math.floor(0.99 * sorted.length))] ?? Number.NaN;
  const isMet = p99 < wantedMs;
  if (!isMet) process.exitCode = 1;
  console.log(
    `${what}: event loop p99 ${p99.toFixed(1)} ms (under ${wantedMs} is wanted)${isMet ? '' : ' MISSED'}, longest ${longest.toFixed(0)} ms; ` +
      `page p99 ${slowPage.toFixed(1)} ms of ${pagesMs.length}; load ${load.toFixed(1)}`,
  );
}
