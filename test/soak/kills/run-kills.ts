/** Kills a scenario's work again and again and checks after each. The next process loads while the last one's project is checked. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { loadScenario } from './load-scenario.ts';

const childFile = path.join(import.meta.dirname, 'child.ts');

export interface KillTally {
  readonly scenario: string;
  readonly kills: number;
  /** Of them, how many met the work in its middle rather than after its end. */
  readonly inTheMiddle: number;
  readonly acknowledged: number;
}

/** Throws the check's error, with the number of the kill. Same seed: same moments, as far as a machine repeats them. */
export async function runKills(name: string, kills: number, seed: number): Promise<KillTally> {
  const scenario = await loadScenario(name);
  const random = createRandom(seed);
  const folder = mkdtempSync(path.join(tmpdir(), `touchstone-kills-${name}-`));
  const tally = { scenario: name, kills, inTheMiddle: 0, acknowledged: 0 };
  let next: Worker | null = null;
  try {
    await scenario.prepare(folder);
    next = new Worker(name, folder);
    for (let kill = 1; kill <= kills; kill += 1) {
      const worker: Worker = next ?? new Worker(name, folder);
      const { lines, wasWorking } = await worker.workAndKill(random.uniform() * scenario.longestMs);
      next = kill < kills ? new Worker(name, folder) : null;
      tally.acknowledged += lines.length;
      if (wasWorking) tally.inTheMiddle += 1;
      await scenario.check(folder, lines).catch((error: unknown) => {
        throw new Error(`${name}: kill ${kill} of ${kills} (seed ${seed})`, { cause: error });
      });
    }
    await scenario.finish?.(folder);
    return tally;
  } finally {
    await next?.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Worker {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ready: Promise<void>;
  readonly #closed: Promise<number | null>;
  #output = '';
  #errors = '';

  constructor(name: string, folder: string) {
    const env = {
      ...process.env,
      TOUCHSTONE_HOME: path.join(folder, 'home'),
      NODE_COMPILE_CACHE: path.join(tmpdir(), 'touchstone-compile-cache'),
    };
    this.#process = spawn(process.execPath, [childFile, name, folder], { stdio: 'pipe', env });
    this.#closed = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.on('data', (bytes: Buffer) => (this.#errors += bytes.toString()));
    this.#ready = new Promise((resolve) => {
      this.#process.stdout.on('data', (bytes: Buffer) => {
        this.#output += bytes.toString();
        resolve();
      });
    });
  }

  async workAndKill(afterMs: number): Promise<{ readonly lines: readonly string[]; readonly wasWorking: boolean }> {
    await Promise.race([this.#ready, this.#closed]);
    this.#process.stdin.write('go\n');
    await Promise.race([wait(afterMs), this.#closed]);
    const code = await this.end();
    if (code !== null && code !== 0) throw new Error(`The work ended by itself with ${code}: ${this.#errors}`);
    // The last line may be cut in two.
    return { lines: this.#output.split('\n').slice(1, -1), wasWorking: code === null };
  }

  async end(): Promise<number | null> {
    this.#process.kill('SIGKILL');
    return this.#closed;
  }
}
