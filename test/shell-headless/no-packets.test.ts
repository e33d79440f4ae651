/** Nothing leaves this machine unless the user asked for it: the whole demo, native libraries and all, sends not one packet. */
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testEnginesFolder } from '../factories/engine-packs.ts';
import { makeTemporaryFolder } from '../factories/make-project.ts';
import { obstacleToOwnNetwork, runInOwnNetwork } from '../factories/own-network.ts';

const program = path.resolve(import.meta.dirname, '../../src-main/shell-headless/touchstone.mjs');
const obstacle = obstacleToOwnNetwork();
const title = obstacle === null ? 'in a network of its own' : `in a network of its own (skipped: ${obstacle})`;

async function watch(command: (folder: string) => readonly string[]) {
  const { folder, remove } = makeTemporaryFolder();
  try {
    const home = path.join(folder, 'home');
    mkdirSync(home);
    // TensorFlow too, where its pack is here: it is the largest native library of all.
    if (testEnginesFolder !== null) symlinkSync(testEnginesFolder, path.join(home, 'engines'));
    // onnxruntime is quiet where it takes the machine for one that only tests.
    const env = { ...process.env, TOUCHSTONE_HOME: home, HOME: folder, CI: '', GITHUB_ACTIONS: '' };
    return await runInOwnNetwork(folder, command(folder), env);
  } finally {
    remove();
  }
}

describe.skipIf(obstacle !== null)(title, () => {
  it('the whole demo sends nothing', async () => {
    const run = await watch((folder) => [process.execPath, program, 'demo', path.join(folder, 'demo')]);
    expect(run.output).toContain('Done in');
    expect(run).toMatchObject({ status: 0, packets: 0 });
  });

  it.each([
    ['a connection of a program that is not Node', 'sh', `timeout 1 bash -c 'echo > /dev/tcp/203.0.113.5/80'`],
    ['the look-up of a name', 'sh', 'timeout 1 getent hosts example.org'],
    ['a datagram', 'node', `require('dgram').createSocket('udp4').send('x', 53, '203.0.113.5', () => process.exit())`],
  ])('%s would be counted', async (_, kind, code) => {
    const command = kind === 'sh' ? ['sh', '-c', code] : [process.execPath, '-e', code];
    expect((await watch(() => command)).packets).toBeGreaterThan(0);
  });

  it('what stays within the machine is not', async () => {
    const code = `const server = require('net').createServer().listen(0, '127.0.0.1', () => require('net').connect(server.address().port, '127.0.0.1', () => process.exit()))`;
    expect(await watch(() => [process.execPath, '-e', code])).toMatchObject({ status: 0, packets: 0 });
  });
});
