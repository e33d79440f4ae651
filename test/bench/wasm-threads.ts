/**
 * WebAssembly in the desktop app's hidden window, with one thread and with as many as it takes: `npm run bench -- wasm-threads [ROUNDS]`. The
 * built page in headless Chromium, in turns, medians of what the self-check measures; Node's thread beside it.
 */
import { ensureBuilt } from '../../src-main/shell-headless/build-app.ts';
import type { EngineCheck } from '../../src-main/core/engine-check.ts';
import { checkInProcess } from '../../src-main/engines/run-check.ts';
import { checkWindowEngine } from '../../src-main/shell-electron/compute-peer.ts';
import { findChromium } from '../e2e/find-chromium.ts';
import { startHiddenPages } from '../e2e/hidden-pages.ts';

const request = { engine: 'wasm', enginesFolder: null } as const;

export async function run([rounds = '5']: readonly string[]): Promise<void> {
  const program = findChromium();
  if (program === null) throw new Error('This needs Chromium (Debian: apt install chromium).');
  await ensureBuilt((line) => console.error(line));
  const hidden = await startHiddenPages(program);
  const places = [
    () => checkInProcess(request),
    () => checkWindowEngine(hidden.openPlain, 'wasm', request),
    () => checkWindowEngine(hidden.open, 'wasm', request),
  ].map((check) => ({ check, found: [] as EngineCheck[] }));
  for (let round = 0; round < Number(rounds); round++) for (const { check, found } of places) found.push(await check());
  await hidden.close();
  for (const { found } of places) report(found);
}

function report(found: readonly EngineCheck[]): void {
  const [first] = found;
  const of = (speed: (check: EngineCheck) => number | null): string => {
    const speeds = found.map((check) => speed(check) ?? 0).sort((a, b) => a - b);
    const [low = 0, middle = 0, high = 0] = [0, speeds.length >> 1, speeds.length - 1].map((at) => speeds[at]);
    return `${middle.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
  };
  const where = first?.versions['chromium'] === undefined ? 'Node' : `Chromium ${first.versions['chromium']}`;
  console.log(`${where}, ${first?.device}, ${found.every(({ passed }) => passed) ? 'passed' : 'FAILED'}`);
  console.log(`  convolution      ${of(({ speed }) => speed.convolutionGflops)} GFLOP/s`);
  console.log(`  L2RW, small-cnn  ${of(({ speed }) => speed.examplesPerSecond)} images a second`);
  console.log(`  L2RW, head       ${of(({ speed }) => speed.vectorsPerSecond)} vectors a second`);
}
