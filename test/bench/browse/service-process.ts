/**
 * The process that is measured: the services as the app composes them, on a project that it has never opened. Arguments: project folder,
 * folder for user data. Sends one `Measured`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { MethodInput, MethodName, MethodOutput } from '../../../src-main/contract/methods.ts';
import type { ProjectId, ReviewFilter, ReviewQuery } from '../../../src-main/contract/payloads.ts';
import type { ClassId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { createHost } from '../../../src-main/shell-headless/create-host.ts';

/** Milliseconds by the clock, and of a core: on a crowded machine only the second says something of the program. */
export interface Duration {
  readonly wallMs: number;
  readonly coreMs: number;
  /** Longest time that the event loop was held meanwhile: what anyone else who asked had to wait for. */
  readonly holdMs: number;
}

export interface Measured {
  /** Each a page at a random place of the whole list. */
  readonly pages: readonly Duration[];
  /** Filter to its first page, by name. */
  readonly filters: Readonly<Record<string, Duration>>;
  readonly open: Duration;
  readonly others: Readonly<Record<string, Duration>>;
  /** Before anything is decided. */
  readonly memoryMb: number;
}

const pageRows = 100;
const pageCount = 1000;
const pageSeed = 1;
const droppedSamples = 100_000;

const [folder, userDataFolder] = process.argv.slice(2) as [string, string];
const host = await createHost({ userDataFolder });
const delayResolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });

function call<M extends MethodName>(name: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
  return Promise.resolve(host.services.methods[name](input, { signal: new AbortController().signal }));
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly duration: Duration; readonly value: T }> {
  // The monitor's timer must have fired once before the work, and sees what held it when it fires next.
  delay.reset();
  await wait(4 * delayResolutionMs);
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - startedAtMs;
  await wait(4 * delayResolutionMs);
  return { duration: { wallMs, coreMs: (user + system) / 1000, holdMs: delay.max / 1e6 }, value };
}

async function page(projectId: ProjectId, query: ReviewQuery, offset = 0) {
  return timed(() => call('review/page', { projectId, query, offset, limit: pageRows }));
}

async function measurePages(projectId: ProjectId, query: ReviewQuery, total: number): Promise<Duration[]> {
  const random = createRandom(pageSeed);
  const durations: Duration[] = [];
  for (let count = 0; count < pageCount; count++) {
    const offset = random.integer(total - pageRows);
    durations.push((await page(projectId, query, offset)).duration);
  }
  return durations;
}

const filters: Readonly<Record<string, ReviewFilter>> = {
  class: { givenClassIds: [3 as ClassId] },
  suggestion: { suggestedClassIds: [4 as ClassId] },
  undecided: { decisions: ['none'] },
  dropped: { decisions: ['drop'] },
  trusted: { trusted: true },
  'score range': { scoreRange: { from: 0.5, to: 0.9 } },
  problem: { hasProblem: true },
  text: { text: 'image-0000012' },
  'text and class': { text: '99', givenClassIds: [5 as ClassId] },
};

async function measure(): Promise<Measured> {
  delay.enable();
  const opened = await timed(() => call('project/open', { folder }));
  const { projectId } = opened.value;
  const query: ReviewQuery = { by: 'suspicion', filter: {} };
  const first = await page(projectId, query);
  const pages = await measurePages(projectId, query, first.value.total);
  const filterTimes: Record<string, Duration> = {};
  for (const [name, filter] of Object.entries(filters)) {
    filterTimes[name] = (await page(projectId, { by: 'suspicion', filter })).duration;
  }
  const otherScore = await page(projectId, { by: 'margin', filter: {} });
  const summary = await timed(() => call('review/summary', { projectId, query }));
  const sample = await timed(() => call('review/sample', { projectId, sampleId: 5000 as SampleId }));
  const memoryMb = process.resourceUsage().maxRSS / 1024;
  const sampleIds = await call('review/ids', { projectId, query, offset: 0, limit: droppedSamples });
  const dropped = await timed(() =>
    call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'drop' } }),
  );
  const undone = await timed(() => call('decide/undo', { projectId }));
  delay.disable();
  const others = {
    ...{ 'first page': first.duration, 'another score': otherScore.duration, summary: summary.duration },
    ...{ 'one sample': sample.duration, [`drop ${sampleIds.length}`]: dropped.duration, undo: undone.duration },
  };
  return { open: opened.duration, pages, filters: filterTimes, others, memoryMb };
}

const measured = await measure();
await host.close();
process.send?.(measured, () => process.disconnect());
