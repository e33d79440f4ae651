/** Nothing leaves this machine unless the user asked for it: the whole job of the demo runs, on fewer pictures, with every way out watched. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawImages } from '../soak/kills/drawn-images.ts';
import { makeTemporaryFolder } from '../factories/make-project.ts';

const guard = path.join(import.meta.dirname, 'network-guard.mjs');
const wholeJob = path.join(import.meta.dirname, 'whole-job.ts');

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_OPTIONS: `--import=${guard}`,
    TOUCHSTONE_NETWORK_LOG: path.join(folder, 'network.log'),
    TOUCHSTONE_HOME: path.join(folder, 'home'),
    // onnxruntime is quiet where it takes the machine for one that only tests.
    CI: '',
    GITHUB_ACTIONS: '',
    HOME: folder,
    XDG_CACHE_HOME: path.join(folder, 'cache'),
  };
}

function attempts(folder: string): string {
  const log = path.join(folder, 'network.log');
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

describe('the network', () => {
  it('is not touched by the whole job, its threads and its processes', async () => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      await drawImages(path.join(folder, 'pictures'), 10);
      const job = spawn(process.execPath, [wholeJob, folder], {
        env: environment(folder),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      job.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
      await once(job, 'close');
      expect(output).toContain('exported 30, served 200');
      expect(attempts(folder)).toBe('');
      // Native code passes the guard by. What would report to its maker (onnxruntime) first keeps a device id in the user's home.
      expect(readdirSync(folder).toSorted()).toEqual(['clean', 'home', 'pictures', 'project']);
    } finally {
      remove();
    }
  });

  it.each([
    ['a fetch', `await fetch('http://192.0.2.1/').catch(() => null)`],
    ['a fetch by name', `await fetch('https://attacker.example/').catch(() => null)`],
    [
      'a socket in a thread',
      `const { Worker, isMainThread } = await import('node:worker_threads'); if (isMainThread) new Worker(new URL(import.meta.url)).on('error', () => {}); else (await import('node:net')).connect(80, '192.0.2.1')`,
    ],
    [
      'a datagram',
      `try { (await import('node:dgram')).createSocket('udp4').send('x', 53, '192.0.2.1') } catch { process.exit(0) }`,
    ],
    ['a name', `(await import('node:dns')).promises.lookup('attacker.example').catch(() => null)`],
    [
      'a child process',
      `(await import('node:child_process')).spawnSync(process.execPath, ['-e', "fetch('http://192.0.2.1').catch(() => 0)"])`,
    ],
  ])('would be seen if it were: %s', (_, code) => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      const script = path.join(folder, 'script.mjs');
      writeFileSync(script, `${code};\n`);
      spawnSync(process.execPath, [script], { env: environment(folder), stdio: 'ignore' });
      expect(attempts(folder)).toMatch(/192\.0\.2\.1|attacker\.example/);
    } finally {
      remove();
    }
  });
});
