/**
 * Browsing a large project: opening it, any page of a ranked list, a filter to its first page, and the memory of the service process, which
 * is a process of its own here. `--samples N` (a million unless given), `--keep FOLDER` to make the project there once and use it again.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { generateProject } from './browse/generate-project.ts';
import type { Duration, Measured } from './browse/service-process.ts';

const defaultSamples = 1_000_000;
const wanted = { openMs: 1000, pageMs: 10, filterMs: 150, memoryMb: 400 } as const;

export async function run(args: readonly string[]): Promise<void> {
  const options = { samples: { type: 'string' }, keep: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const sampleCount = Number(values.samples ?? defaultSamples);
  if (!Number.isInteger(sampleCount) || sampleCount < 1000)
    throw new TouchstoneError('wrong-use', '--samples takes a number from 1000 on.');
  const temporary = await mkdtemp(path.join(tmpdir(), 'touchstone-browse-'));
  try {
    const folder = values.keep ?? path.join(temporary, 'project');
    if (!existsSync(folder)) {
      const seconds = await generateProject(folder, sampleCount);
      console.log(`scores   of ${sampleCount} samples written in ${seconds.toFixed(1)} s`);
    }
    report(await measureInProcess(folder, path.join(temporary, 'user')));
  } finally {
    await rm(temporary, { recursive: true });
  }
}

async function measureInProcess(folder: string, userDataFolder: string): Promise<Measured> {
  const file = path.join(import.meta.dirname, 'browse', 'service-process.ts');
  const child = fork(file, [folder, userDataFolder]);
  const [measured] = (await once(child, 'message')) as [Measured];
  return measured;
}

function report({ open, pages, filters, others, memoryMb }: Measured): void {
  const [load = 0] = loadavg();
  console.log(`load     ${load.toFixed(1)} processes wanted a core, over the last minute`);
  check('open', open, wanted.openMs);
  check('page, p99', durationAt(pages, 0.99), wanted.pageMs);
  check('page, median', durationAt(pages, 0.5), wanted.pageMs);
  for (const [name, duration] of Object.entries(filters)) check(`filter: ${name}`, duration, wanted.filterMs);
  const isSmall = memoryMb < wanted.memoryMb;
  if (!isSmall) process.exitCode = 1;
  console.log(`memory ${memoryMb.toFixed(0)} MB (under ${wanted.memoryMb} is wanted)${isSmall ? '' : ' MISSED'}`);
  for (const [name, duration] of Object.entries(others)) console.log(`${name}: ${describe(duration)}`);
  const all = [open, ...pages, ...Object.values(filters), ...Object.values(others)];
  console.log(`longest hold of the event loop ${Math.max(...all.map(({ holdMs }) => holdMs)).toFixed(0)} ms`);
}

function check(what: string, duration: Duration, limitMs: number): void {
  const isMet = duration.wallMs < limitMs;
  console.log(`${what}: ${describe(duration)} (under ${limitMs} is wanted)${isMet ? '' : ' MISSED'}`);
  if (!isMet) process.exitCode = 1;
}

function describe({ wallMs, coreMs, holdMs }: Duration): string {
  return `${wallMs.toFixed(1)} ms, ${coreMs.toFixed(1)} ms of a core, held ${holdMs.toFixed(0)} ms at once`;
}

function durationAt(durations: readonly Duration[], share: number): Duration {
  const at = (name: keyof Duration) => {
    const sorted = durations.map((duration) => duration[name]).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  };
  return { wallMs: at('wallMs'), coreMs: at('coreMs'), holdMs: at('holdMs') };
}
