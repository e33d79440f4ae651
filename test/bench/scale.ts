/**
 * A whole job on many generated images, at a tenth of the number and at the number. The host is the app's own; only the backbone is a small one, of
 * 12 numbers per image. Each step's time must grow no faster than the images do, and memory stay below 4 GB.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { steps, type Cost, type KeptCosts } from './scale/kept-costs.ts';
import { runWholeJob } from './scale/whole-job.ts';

const largestBytes = 4e9;
/** Ten times the images may take so many times as long as they should: what is quick is dominated by noise. */
const allowedRatio = 1.5;
const quickSeconds = 2;

const usage = `npm run bench -- scale [options]
  --samples N     images of the large job (100000); the small one has a tenth of them
  --folder DIR    keep both jobs there, and go on with what was stopped there (a folder that goes at the end, unless given)`;

/** Fails where a step takes more than its share of time, or memory passes 4 GB. */
export async function run(args: readonly string[]): Promise<void> {
  const options = {
    samples: { type: 'string', default: '100000' },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    console.log(usage);
    return;
  }
  const samples = Number(values.samples);
  if (!Number.isInteger(samples / 10) || samples < 1000)
    throw new TouchstoneError('wrong-use', '--samples takes a multiple of ten, 1000 or more.');
  const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'touchstone-scale-'));
  try {
    const [small, large] = [samples / 10, samples];
    const ofSmall = await runWholeJob(small, path.join(folder, String(small)));
    report(ofSmall, await runWholeJob(large, path.join(folder, String(large))), small, large);
  } finally {
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function report(ofSmall: KeptCosts, ofLarge: KeptCosts, small: number, large: number): void {
  console.log(`| step | ${small} images, s | ${large} images, s | growth per image | of processor time | memory, MB |`);
  console.log('|---|---|---|---|---|---|');
  let peakBytes = 0;
  for (const step of steps) {
    const [before, after] = [ofSmall.of(step), ofLarge.of(step)];
    if (before === null || after === null) continue;
    peakBytes = Math.max(peakBytes, after.bytes);
    const growth = growthPerImage(before, after, 'seconds');
    const cells = [before.seconds.toFixed(1), after.seconds.toFixed(1), growth.toFixed(2)];
    const ofProcessor = growthPerImage(before, after, 'processorSeconds').toFixed(2);
    console.log(`| ${step} | ${cells.join(' | ')} | ${ofProcessor} | ${Math.round(after.bytes / 1e6)} |`);
    if (step !== 'files' && after.seconds > quickSeconds && growth > allowedRatio) process.exitCode = 1;
  }
  console.log(`\nLargest memory: ${Math.round(peakBytes / 1e6)} MB (below ${largestBytes / 1e6} MB is wanted).`);
  if (peakBytes > largestBytes) process.exitCode = 1;
}

function growthPerImage(small: Cost, large: Cost, kind: 'seconds' | 'processorSeconds'): number {
  return large[kind] / small[kind] / 10;
}
