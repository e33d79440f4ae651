/**
 * A whole job on many generated images, at a tenth of the number and at the number: `npm run bench -- scale [--samples N]` (100,000 unless given).
 * The host is the app's own; only the backbone is a small one, of 12 numbers per image. Each step's time must grow no faster than the images do,
 * and memory stay below 4 GB.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { MethodInput, MethodName, MethodOutput } from '../../src-main/contract/methods.ts';
import type { JobId, ProjectId } from '../../src-main/contract/payloads.ts';
import { createHost, type Host } from '../../src-main/shell-headless/create-host.ts';
import { backboneName, imageSize, writeBackbone } from './scale/small-backbone.ts';
import { writeImages } from './scale/write-images.ts';

const largestBytes = 4e9;
/** Ten times the images may take so many times as long as they should: what is quick is dominated by noise. */
const allowedRatio = 1.5;
const quickSeconds = 2;
const trustedPerClass = 10;

const steps = ['files', 'import', 'embed', 'train and rank', 'browse', 'bulk decision', 'export plan'] as const;
type Step = (typeof steps)[number];

interface Cost {
  readonly seconds: number;
  /** Largest resident memory of the process, all of its threads included, while the step ran. */
  readonly bytes: number;
}

type Costs = Readonly<Record<Step, Cost>>;
type Call = <M extends MethodName>(name: M, input: MethodInput<M>) => Promise<MethodOutput<M>>;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { samples: { type: 'string', default: '100000' } } });
  const samples = Number(values.samples);
  const small = await measure(samples / 10);
  const large = await measure(samples);
  console.log(`| step | ${samples / 10} images, s | ${samples} images, s | growth per image | memory, MB |`);
  console.log('|---|---|---|---|---|');
  for (const step of steps) {
    const { seconds, bytes } = large[step];
    const growth = seconds / small[step].seconds / 10;
    const cells = [small[step].seconds.toFixed(1), seconds.toFixed(1), growth.toFixed(2), Math.round(bytes / 1e6)];
    console.log(`| ${step} | ${cells.join(' | ')} |`);
    if (step !== 'files' && seconds > quickSeconds && growth > allowedRatio) process.exitCode = 1;
  }
  const peakBytes = Math.max(...steps.map((step) => large[step].bytes));
  console.log(`\nLargest memory: ${Math.round(peakBytes / 1e6)} MB (below ${largestBytes / 1e6} MB is wanted).`);
  if (peakBytes > largestBytes) process.exitCode = 1;
}

async function measure(samples: number): Promise<Costs> {
  const folder = mkdtempSync(path.join(tmpdir(), 'touchstone-scale-'));
  const backboneFolder = path.join(folder, 'backbones');
  writeBackbone(backboneFolder);
  const host = await createHost({ userDataFolder: path.join(folder, 'user'), backboneFolder });
  try {
    return await measureSteps(samples, folder, host);
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSteps(samples: number, folder: string, { services }: Host): Promise<Costs> {
  const costs: Partial<Record<Step, Cost>> = {};
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
    costs[name] = await costOf(work);
    const { seconds, bytes } = costs[name];
    console.error(`${samples} images, ${name}: ${seconds.toFixed(1)} s, ${Math.round(bytes / 1e6)} MB`);
  };
  const pictures = path.join(folder, 'pictures');
  const { projectId } = await call('project/create', { folder: path.join(folder, 'project') });
  const query = { by: 'suspicion', filter: {} } as const;
  const network = { backbone: backboneName, imageSize };
  await step('files', () => writeImages(pictures, samples));
  await step('import', async () =>
    finish(await call('import/start', { projectId, folder: pictures, labels: { kind: 'folders' } })),
  );
  await trustSome(call, projectId);
  await step('embed', async () => finish(await call('embed/start', { projectId, part: { kind: 'all' }, ...network })));
  await step('train and rank', async () =>
    finish(await call('train/start', { projectId, settings: { ...network, engine: 'wasm' } })),
  );
  await step('browse', async () => {
    for (let page = 0; page < 100; page += 1)
      await call('review/page', { projectId, query, offset: Math.floor((page * samples) / 100), limit: 100 });
    await call('review/summary', { projectId, query });
  });
  await step('bulk decision', async () => {
    const { total } = await call('review/page', { projectId, query, offset: 0, limit: 1 });
    await call('decide/apply', { projectId, target: { query, expectedCount: total }, action: { kind: 'keep' } });
    await call('decide/undo', { projectId });
  });
  await step('export plan', () =>
    call('export/plan', { projectId, folder: path.join(folder, 'clean'), format: 'folders', link: 'copy' }),
  );
  return costs as Costs;
}

function memoryWords(): string {
  const { rss, heapUsed, external } = process.memoryUsage();
  const [whole, heap, buffers] = [rss, heapUsed, external].map((bytes) => Math.round(bytes / 1e6));
  return `${whole} MB (heap ${heap}, buffers ${buffers}):`;
}

async function trustSome(call: Call, projectId: ProjectId): Promise<void> {
  for (const { classId } of (await call('project/status', { projectId })).classes) {
    const ofClass = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
    const sampleIds = await call('review/ids', { projectId, query: ofClass, offset: 0, limit: trustedPerClass });
    await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'trust' } });
  }
}

async function costOf(work: () => unknown): Promise<Cost> {
  let bytes = 0;
  const look = (): void => {
    bytes = Math.max(bytes, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 100);
  const startedAtMs = performance.now();
  await work();
  clearInterval(timer);
  look();
  return { seconds: (performance.now() - startedAtMs) / 1000, bytes };
}
