/** From files to the plan of an export, through the app's own host. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { MethodInput, MethodName, MethodOutput } from '../../../src-main/contract/methods.ts';
import type { JobId, ProjectId } from '../../../src-main/contract/payloads.ts';
import { createHost, type Host } from '../../../src-main/shell-headless/create-host.ts';
import { KeptCosts, type Step } from './kept-costs.ts';
import { backboneName, imageSize, writeBackbone } from './small-backbone.ts';
import { classCount, writeImages } from './write-images.ts';

const trustedPerClass = 10;
const pages = 100;
const pageLength = 100;
const everything = { by: 'suspicion', filter: {} } as const;
const network = { backbone: backboneName, imageSize } as const;

type Call = <M extends MethodName>(name: M, input: MethodInput<M>) => Promise<MethodOutput<M>>;

/** Does what is not done yet of a job on `samples` images in `folder`, and returns what every step cost. */
export async function runWholeJob(samples: number, folder: string): Promise<KeptCosts> {
  mkdirSync(folder, { recursive: true });
  const costs = new KeptCosts(path.join(folder, 'costs.json'));
  const backboneFolder = path.join(folder, 'backbones');
  writeBackbone(backboneFolder);
  const host = await createHost({ userDataFolder: path.join(folder, 'user'), backboneFolder });
  try {
    await runSteps(samples, folder, host, costs);
  } finally {
    await host.close();
  }
  return costs;
}

async function runSteps(samples: number, folder: string, { services }: Host, costs: KeptCosts): Promise<void> {
  const { signal } = new AbortController();
  const call: Call = async (name, input) => services.methods[name](input, { signal });
  const finish = async ({ jobId }: { readonly jobId: JobId }): Promise<void> => {
    let stage = '';
    const { status, error } = await services.jobs.wait(jobId, (state) => {
      if (state.stage !== stage) console.error(`  ${memoryWords()} ${state.stage}`);
      ({ stage } = state);
    });
    if (status !== 'done') throw new Error(`${status}: ${error?.message}`);
  };
  const step = async (name: Step, work: () => unknown): Promise<void> => {
    await costs.measure(name, work);
    const { seconds = 0, processorSeconds = 0, bytes = 0 } = costs.of(name) ?? {};
    const figures = `${seconds.toFixed(1)} s (${processorSeconds.toFixed(1)} s of processor time)`;
    console.error(`${samples} images, ${name}: ${figures}, ${Math.round(bytes / 1e6)} MB`);
  };
  const pictures = path.join(folder, 'pictures');
  const projectFolder = path.join(folder, 'project');
  const { projectId } = await call(existsSync(projectFolder) ? 'project/open' : 'project/create', {
    folder: projectFolder,
  });
  await step('files', () => writeImages(pictures, samples));
  await step('import', async () =>
    finish(await call('import/start', { projectId, folder: pictures, labels: { kind: 'folders' }, update: true })),
  );
  await step('trust', () => trustSome(call, projectId));
  await step('embed', async () => finish(await call('embed/start', { projectId, part: { kind: 'all' }, ...network })));
  await step('train and rank', async () => finish(await train(call, projectId)));
  await step('browse', () => browse(call, projectId, samples));
  await step('bulk decision', () => decideAll(call, projectId));
  await step('export plan', () =>
    call('export/plan', { projectId, folder: path.join(folder, 'clean'), format: 'folders', link: 'copy' }),
  );
}

function memoryWords(): string {
  const { rss, heapUsed, external } = process.memoryUsage();
  const [whole, heap, buffers] = [rss, heapUsed, external].map((bytes) => Math.round(bytes / 1e6));
  return `${whole} MB (heap ${heap}, buffers ${buffers}):`;
}

async function trustSome(call: Call, projectId: ProjectId): Promise<void> {
  const { classes } = await call('project/status', { projectId });
  if (classes.length !== classCount) throw new Error(`${classes.length} classes were imported, not ${classCount}.`);
  for (const { classId } of classes) {
    const ofClass = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
    const sampleIds = await call('review/ids', { projectId, query: ofClass, offset: 0, limit: trustedPerClass });
    await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'trust' } });
  }
}

/** Goes on with a run that was stopped. */
async function train(call: Call, projectId: ProjectId): Promise<{ readonly jobId: JobId }> {
  const [stopped] = await call('train/list-runs', { projectId });
  if (stopped !== undefined) return call('train/resume', { projectId, runId: stopped.runId });
  return call('train/start', { projectId, settings: { ...network, engine: 'wasm' } });
}

async function browse(call: Call, projectId: ProjectId, samples: number): Promise<void> {
  for (let page = 0; page < pages; page += 1) {
    const offset = Math.floor((page * samples) / pages);
    await call('review/page', { projectId, query: everything, offset, limit: pageLength });
  }
  await call('review/summary', { projectId, query: everything });
}

async function decideAll(call: Call, projectId: ProjectId): Promise<void> {
  const { total } = await call('review/page', { projectId, query: everything, offset: 0, limit: 1 });
  const target = { query: everything, expectedCount: total };
  await call('decide/apply', { projectId, target, action: { kind: 'keep' } });
  await call('decide/undo', { projectId });
}
