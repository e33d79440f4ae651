/** A process that is killed while it trains, again and again, ends with the numbers of one that never was. */
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineName } from '../../src-main/core/engine-check.ts';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { testEngines } from '../numerics/test-engines.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'touchstone-kill-'));
const child = path.join(import.meta.dirname, 'training-child.ts');

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the child; kills it `delayMs` after its `killAfterEpochs`-th epoch. Resolves with the signal that ended it. */
async function train(
  name: string,
  kill: { readonly epochs: number; readonly delayMs: number } | null,
  engine: EngineName = 'cpu',
  epochCount = 40,
) {
  const files = ['ckpt', 'json'].map((ending) => path.join(folder, `${name}.${ending}`));
  const process_ = fork(child, [...files, engine, String(epochCount)], { execArgv: [], stdio: 'ignore' });
  let epochs = 0;
  process_.on('message', () => {
    epochs += 1;
    if (epochs === kill?.epochs) setTimeout(() => process_.kill('SIGKILL'), kill.delayMs);
  });
  return new Promise<string | number | null>((resolve) =>
    process_.on('exit', (code, signal) => resolve(signal ?? code)),
  );
}

describe('kill and resume', () => {
  it('ends with identical scores after five kills at random moments', async () => {
    expect(await train('whole', null)).toBe(0);
    const random = createRandom(11);
    for (let kills = 0; kills < 5; kills++) {
      const ended = await train('killed', { epochs: 1 + random.integer(6), delayMs: random.integer(12) });
      expect(ended).toBe('SIGKILL');
      expect(existsSync(path.join(folder, 'killed.json'))).toBe(false);
    }
    expect(await train('killed', null)).toBe(0);
    const [whole, killed] = ['whole', 'killed'].map((name) => readFileSync(path.join(folder, `${name}.json`), 'utf8'));
    expect(killed).toBe(whole);
  });

  it.each(testEngines.filter(({ name }) => name !== 'cpu'))('ends with identical scores on $name', async ({ name }) => {
    const epochs = 3;
    expect(await train(`${name}-whole`, null, name, epochs)).toBe(0);
    expect(await train(`${name}-killed`, { epochs: 1, delayMs: 5 }, name, epochs)).toBe('SIGKILL');
    expect(existsSync(path.join(folder, `${name}-killed.json`))).toBe(false);
    expect(await train(`${name}-killed`, null, name, epochs)).toBe(0);
    const [whole, killed] = ['whole', 'killed'].map((run) =>
      readFileSync(path.join(folder, `${name}-${run}.json`), 'utf8'),
    );
    expect(killed).toBe(whole);
  });
});
