/**
 * A whole job on many generated images, at a tenth of the number and at the number: `npm run bench -- scale [--samples N]` (100,000 unless given;
 * 1,000,000 takes hours, most of them for the files). Each step's time must grow no faster than the images do, and memory stay below 4 GB.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { startHost, type TestHost } from '../factories/make-services.ts';

const classCount = 20;
const largestBytes = 4e9;
/** Ten times the images may take so many times as long as they should: what is quick is dominated by noise. */
const allowedRatio = 1.5;
const quickSeconds = 2;

const steps = ['files', 'import', 'embed, train and rank', 'browse', 'bulk decision', 'export plan'] as const;
type Seconds = Record<(typeof steps)[number], number>;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { samples: { type: 'string', default: '100000' } } });
  const samples = Number(values.samples);
  const small = await measure(samples / 10);
  const large = await measure(samples);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(`| step | ${samples / 10} images, s | ${samples} images, s | growth per image |\n|---|---|---|---|`);
  for (const step of steps) {
    const growth = large[step] / small[step] / 10;
    console.log(`| ${step} | ${small[step].toFixed(1)} | ${large[step].toFixed(1)} | ${growth.toFixed(2)} |`);
    if (step !== 'files' && large[step] > quickSeconds && growth > allowedRatio) process.exitCode = 1;
  }
  console.log(
    `\nLargest memory of the process: ${Math.round(peakBytes / 1e6)} MB (below ${largestBytes / 1e6} MB is wanted).`,
  );
  if (peakBytes > largestBytes) process.exitCode = 1;
}

async function measure(samples: number): Promise<Seconds> {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-scale-'));
  const host = startHost(folder, { runner: createInlineRunner() });
  try {
    return await measureSteps(samples, folder, host);
  } finally {
    await host.services.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSteps(samples: number, folder: string, { call, finish, events }: TestHost): Promise<Seconds> {
  const seconds: Partial<Seconds> = {};
  const time = async (step: keyof Seconds, work: () => unknown): Promise<void> => {
    const startedAtMs = performance.now();
    await work();
    seconds[step] = (performance.now() - startedAtMs) / 1000;
    events.length = 0;
  };
  const pictures = join(folder, 'pictures');
  const { projectId } = await call('project/create', { folder: join(folder, 'project') });
  const query = { by: 'suspicion', filter: {} } as const;
  await time('files', () => writeImages(pictures, samples));
  await time('import', async () => {
    const { jobId } = await call('import/start', { projectId, folder: pictures, labels: { kind: 'folders' } });
    await finish('import', jobId);
  });
  const { classes } = await call('project/status', { projectId });
  for (const { classId } of classes) {
    const ofClass = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
    const sampleIds = await call('review/ids', { projectId, query: ofClass, offset: 0, limit: 5 });
    await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'trust' } });
  }
  await time('embed, train and rank', async () => {
    const { jobId } = await call('train/start', {
      projectId,
      settings: { epochs: 2, engine: 'wasm', batchSize: 500, trustedBatchSize: 50 },
    });
    await finish('training', jobId);
  });
  await time('browse', async () => {
    for (let page = 0; page < 100; page += 1) {
      await call('review/page', { projectId, query, offset: Math.floor((page * samples) / 100), limit: 100 });
    }
    await call('review/summary', { projectId, query });
  });
  await time('bulk decision', async () => {
    const { total } = await call('review/page', { projectId, query, offset: 0, limit: 1 });
    await call('decide/apply', { projectId, target: { query, expectedCount: total }, action: { kind: 'keep' } });
    await call('decide/undo', { projectId });
  });
  await time('export plan', () =>
    call('export/plan', { projectId, folder: join(folder, 'clean'), format: 'folders', link: 'copy' }),
  );
  return seconds as Seconds;
}

/** Grey GIFs of one pixel whose comment makes each of them another file: as quick to write and to decode as images can be. */
function writeImages(folder: string, samples: number): void {
  const start = Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xfe\x08', 'latin1');
  const end = Buffer.from('\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;', 'latin1');
  for (let number = 0; number < samples; number += 1) {
    const place = join(folder, `class-${number % classCount}`, String(Math.floor(number / 20_000)));
    if (number % 20_000 < classCount) mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, `${number}.gif`),
      Buffer.concat([start, Buffer.from(String(number).padStart(8, '0')), end]),
    );
  }
}
