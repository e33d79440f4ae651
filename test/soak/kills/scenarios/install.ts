/** Fetching and installing an engine pack, and fetching a backbone: what has the final name is whole. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fetchFile } from '../../../../src-main/downloads/fetch-file.ts';
import { installArchive } from '../../../../src-main/engines/packs/install-pack.ts';
import { verifyPack } from '../../../../src-main/engines/packs/unpack-archive.ts';
import { installedPacks } from '../../../../src-main/engines/tensorflow/installed-packs.ts';
import { archivePack, writeFakePack } from '../../../factories/make-engine-pack.ts';
import type { Scenario } from '../scenario.ts';

const works = { check: async () => undefined };

/** In the child itself: a server that dies with it is one more thing that breaks off. */
async function serve(file: string): Promise<string> {
  const server = createServer((request, response) => {
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': statSync(file).size - start });
    createReadStream(file, { start, highWaterMark: 32 * 1024 }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

function describe(file: string) {
  return { sizeBytes: statSync(file).size, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') };
}

export const scenario: Scenario = {
  longestMs: 250,
  prepare: async (folder) => {
    mkdirSync(join(folder, 'engines'));
    await archivePack(writeFakePack(folder), join(folder, 'pack.tar.zst'));
    writeFileSync(join(folder, 'backbone.onnx'), Buffer.alloc(4_000_000, 7));
  },
  work: async (folder, acknowledge) => {
    const source = join(folder, 'backbone.onnx');
    const target = join(folder, 'fetched', 'backbone.onnx');
    const remote = { ...describe(source), address: await serve(source) };
    await fetchFile(remote, target);
    acknowledge('fetched');
    const packFile = join(folder, 'pack.tar.zst');
    const packRemote = { ...describe(packFile), address: await serve(packFile) };
    const archive = await fetchFile(packRemote, join(folder, 'fetched', 'pack.tar.zst'));
    await installArchive(archive, join(folder, 'engines'), works);
    acknowledge('installed');
    process.exit(0);
  },
  check: async (folder, acknowledged) => {
    const fetched = join(folder, 'fetched', 'backbone.onnx');
    if (acknowledged.includes('fetched')) assert.ok(existsSync(fetched));
    if (existsSync(fetched)) assert.deepEqual(describe(fetched), describe(join(folder, 'backbone.onnx')));
    const engines = join(folder, 'engines');
    const packs = installedPacks(engines);
    if (acknowledged.includes('installed')) assert.equal(packs.length, 1);
    for (const name of readdirSync(engines).filter((entry) => entry.startsWith('tensorflow')))
      await verifyPack(join(engines, name));
    // Half of the time the next one starts from what this one left.
    if (acknowledged.includes('fetched')) rmSync(join(folder, 'fetched'), { recursive: true });
    if (acknowledged.includes('installed')) rmSync(engines, { recursive: true });
    mkdirSync(engines, { recursive: true });
  },
  finish: async (folder) => {
    await installArchive(join(folder, 'pack.tar.zst'), join(folder, 'engines'), works);
    const left = readdirSync(join(folder, 'engines')).filter((name) => name.startsWith('.'));
    assert.deepEqual(left, []);
  },
};
