/** Runs cases of one target and says how each ended: `fuzz-child.ts TARGET SEED FROM COUNT FOLDER`. The parent notices when it dies. */
import { mkdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { deriveSeed, createRandom } from '../../../src-main/core/random/random-generator.ts';
import { DatasetFileError } from '../../../src-main/media/dataset-file.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';
import { loadTarget } from './load-target.ts';

const [name = '', seed = '1', from = '0', count = '0', folder = ''] = process.argv.slice(2);
const target = await loadTarget(name);
const prepared = join(folder, 'prepared');
const say = (value: object): void => void writeSync(1, `${JSON.stringify(value)}\n`);

process.chdir(folder);
mkdirSync(prepared, { recursive: true });
await target.prepare(prepared);
for (let number = Number(from); number < Number(from) + Number(count); number += 1) {
  const caseFolder = join(folder, 'case');
  mkdirSync(caseFolder);
  say({ began: number });
  const startedAtMs = performance.now();
  const coreAtStart = process.cpuUsage();
  const fault = await target.run(createRandom(deriveSeed(Number(seed), `${name} ${number}`)), caseFolder).then(
    () => ({ ended: 'accepted' }),
    (error: unknown) => (isExpected(error) ? { ended: 'refused' } : { ended: 'fault', stack: describe(error) }),
  );
  const core = process.cpuUsage(coreAtStart);
  const coreMs = (core.user + core.system) / 1000;
  say({ ...fault, ms: performance.now() - startedAtMs, coreMs, rssBytes: process.memoryUsage.rss() });
  rmSync(caseFolder, { recursive: true, force: true, maxRetries: 3 });
}
process.exit(0);

function isExpected(error: unknown): boolean {
  return error instanceof DatasetFileError || (isTouchstoneError(error) && error.code !== 'internal');
}

function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.stack}${error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : ''}`
    : String(error);
}
