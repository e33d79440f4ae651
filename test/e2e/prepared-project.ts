/** Projects that are as far as a spec needs them, made by the real services in this process, and what storage says of them later. */
import path from 'node:path';
import type { RunScores } from '../../src-main/core/ranking/run-scores.ts';
import type { ReviewAction } from '../../src-main/contract/payloads.ts';
import type { TrainingJob } from '../../src-main/services/ports/training-runner.ts';
import { openUserFiles } from '../../src-main/shell-headless/host/json-user-files.ts';
import { SqliteProjectFiles } from '../../src-main/storage/project-files.ts';
import { startHost, type TestHost } from '../factories/make-services.ts';
import { makeRunScores } from '../factories/make-signals.ts';
import type { AppUnderTest } from './app-under-test.ts';
import { drawDataset } from './drawn-pictures.ts';

export interface PreparedProject {
  readonly name: string;
  readonly folder: string;
  readonly pictures: string;
  /** Paths of the suspects, the most suspicious first. Without those that are trusted. */
  readonly ranking: readonly string[];
}

export interface Preparation {
  readonly perClass: number;
  readonly wrongPerClass?: number;
  /** Of each class this many of the first pictures are trusted. */
  readonly trustedPerClass?: number;
  /** Runs with a ranking in the order of the import. */
  readonly runs?: number;
  /** The ranking says how probable an error is, as one with the noise matrix does: highest at the top of the list. */
  readonly estimates?: boolean;
}

const name = 'Stripes';

/** Makes a project that the Projects page lists as recent. Each suspect's suggestion is the class after its own. */
export async function prepareProject(app: AppUnderTest, preparation: Preparation): Promise<PreparedProject> {
  const { perClass, wrongPerClass = 0, trustedPerClass = 0, runs = 0, estimates = false } = preparation;
  const folder = path.join(app.folder, name);
  const pictures = path.join(app.folder, 'pictures');
  await drawDataset(pictures, perClass, wrongPerClass);
  const host = startHost(app.folder);
  try {
    const { projectId } = await host.call('project/create', { folder, name });
    const { jobId } = await host.call('import/start', { projectId, folder: pictures, labels: { kind: 'folders' } });
    await host.finish('import', jobId);
    const trusted = await trustFirst(host, projectId, trustedPerClass);
    for (let run = 0; run < runs; run += 1) await trainByScript(host, projectId, estimates);
    await rememberProject(app, folder);
    return { name, folder, pictures, ranking: readPaths(folder).filter((file) => !trusted.has(file)) };
  } finally {
    await host.services.close();
  }
}

/** Puts a project on the list of the Projects page. Before the app starts. Returns its name. */
export async function rememberProject(app: AppUnderTest, folder: string): Promise<string> {
  const stores = new SqliteProjectFiles().open(folder);
  const title = stores.info.name;
  stores.close();
  await openUserFiles(app.home).setRecentProjects([{ folder, name: title, openedAtMs: Date.now() }]);
  return title;
}

type ProjectId = Parameters<TestHost['services']['methods']['project/status']>[0]['projectId'];

async function trustFirst(host: TestHost, projectId: ProjectId, perClass: number): Promise<ReadonlySet<string>> {
  const trusted = new Set<string>();
  if (perClass === 0) return trusted;
  const { classes } = await host.call('project/status', { projectId });
  for (const { classId } of classes) {
    const query = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
    const { rows } = await host.call('review/page', { projectId, query, offset: 0, limit: perClass });
    const target = { sampleIds: rows.map(({ id }) => id) };
    const action: ReviewAction = { kind: 'trust' };
    await host.call('decide/apply', { projectId, target, action });
    for (const row of rows) trusted.add(row.path);
  }
  return trusted;
}

async function trainByScript(host: TestHost, projectId: ProjectId, estimates: boolean): Promise<void> {
  host.runner.script = { scores: (job) => (estimates ? withEstimates(scoresByOrder(job)) : scoresByOrder(job)) };
  const { jobId } = await host.call('train/start', { projectId, settings: { epochs: 3 } });
  await host.finish('training', jobId);
}

function scoresByOrder(job: TrainingJob): RunScores {
  const { sampleCount, classCount, labels, trusted } = job;
  const scores = makeRunScores(sampleCount, classCount);
  const isTrusted = new Set(trusted);
  const suspicion = Float32Array.from({ length: sampleCount }, (_, index) =>
    isTrusted.has(index) ? Number.NaN : 1 - index / sampleCount,
  );
  const suggested = Int16Array.from({ length: sampleCount }, (_, index) => ((labels[index] ?? 0) + 1) % classCount);
  return { ...scores, suspicion, suggested };
}

/** Every fifth label wrong, each class mistaken for the next. */
function withEstimates(scores: RunScores): RunScores {
  const { suspicion, suggested } = scores;
  const classCount = Math.max(...suggested) + 1;
  const errorProbability = suspicion.map((value) => 0.05 + 0.6 * Math.max(0, value - 0.5));
  const share = (row: number, column: number): number =>
    row === column ? 0.8 : (row + classCount - 1) % classCount === column ? 0.2 : 0;
  const transition = Float64Array.from({ length: classCount ** 2 }, (_, cell) =>
    share(Math.floor(cell / classCount), cell % classCount),
  );
  const expectedCounts = transition.map((value) => (value * suspicion.length) / classCount);
  return { ...scores, errorProbability, noise: { errorCount: 0.2 * suspicion.length, transition, expectedCounts } };
}

function readPaths(folder: string): readonly string[] {
  const stores = new SqliteProjectFiles().open(folder);
  try {
    return stores.samples.all('present').map((sample) => sample.path);
  } finally {
    stores.close();
  }
}

/** What is stored of each picture that something was said of, by path: `keep`, `relabel spots`, `trusted down`, ... */
export function readVerdicts(folder: string): Readonly<Record<string, string>> {
  const stores = new SqliteProjectFiles().open(folder);
  try {
    const classes = new Map(stores.samples.classes().map(({ id, name: className }) => [id, className]));
    const verdicts = stores.verdicts.all();
    const said = stores.samples.all().map(({ id, path: file }): [string, string] => {
      const verdict = verdicts.get(id);
      const decision = verdict?.decision ?? null;
      const words = decision?.kind === 'relabel' ? `relabel ${classes.get(decision.classId)}` : (decision?.kind ?? '');
      const trust = verdict?.trustedClassId ?? null;
      return [file, [words, trust === null ? '' : `trusted ${classes.get(trust)}`].filter(Boolean).join(', ')];
    });
    return Object.fromEntries(said.filter(([, words]) => words !== ''));
  } finally {
    stores.close();
  }
}

/** The same of the suspects alone: what was said since the project was made. */
export function readChanges({ folder, ranking }: PreparedProject): Readonly<Record<string, string>> {
  const suspects = new Set(ranking);
  return Object.fromEntries(Object.entries(readVerdicts(folder)).filter(([file]) => suspects.has(file)));
}

/** Pictures that the project knows. */
export function countStored(folder: string): number {
  const stores = new SqliteProjectFiles().open(folder);
  try {
    return stores.samples.count();
  } finally {
    stores.close();
  }
}
