/** Engine packs made by someone else: archives with strange entries, manifests that lie, damaged bytes. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { Header } from 'tar';
import type { RandomGenerator } from '../../../../src-main/core/random/random-generator.ts';
import { installArchive } from '../../../../src-main/engines/packs/install-pack.ts';
import { installedPacks } from '../../../../src-main/engines/tensorflow/installed-packs.ts';
import { archivePack, fakePackName, writeFakePack } from '../../../factories/make-engine-pack.ts';
import { mutate, pick } from '../mutate.ts';
import { secretText, type FuzzTarget } from '../target.ts';

let good: Buffer = Buffer.alloc(0);

const names = [
  '../evil',
  '../../guarded/evil',
  '/tmp/touchstone-evil',
  `${fakePackName}/../../evil`,
  `${fakePackName}/x`,
  `${fakePackName}/manifest.json`,
  'C:\\evil',
  `${fakePackName}/${'x'.repeat(90)}`,
  '__proto__',
] as const;
const types = ['File', 'SymbolicLink', 'Link', 'Directory', 'CharacterDevice', 'FIFO'] as const;
const links = ['/etc', '../../../guarded', '../../../secret.txt', '.'] as const;

function makeEntry(random: RandomGenerator): Buffer {
  const type = pick(types, random);
  const content =
    type === 'File'
      ? Buffer.from(pick([secretText, '{}', '{"format":1,"files":[{"path":"../../x"}]}'], random))
      : Buffer.alloc(0);
  const header = new Header({
    path: pick(names, random),
    mode: pick([0o644, 0o777, 0o4755], random),
    size: random.uniform() < 0.1 ? 2 ** 32 : content.length,
    type,
    linkpath: pick(links, random),
    mtime: new Date(0),
  });
  header.encode();
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header.block ?? Buffer.alloc(512), content, padding]);
}

export const target: FuzzTarget = {
  weight: 10,
  prepare: async (folder) => {
    good = readFileSync(await archivePack(writeFakePack(folder), join(folder, 'good.tar.zst')));
  },
  run: async (random, folder) => {
    const entries = Array.from({ length: 1 + random.integer(6) }, () => makeEntry(random));
    const made = zstdCompressSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
    const archive = join(folder, 'pack.tar.zst');
    writeFileSync(archive, random.uniform() < 0.4 ? mutate(good, random) : made);
    const engines = join(folder, 'engines');
    try {
      await installArchive(archive, engines, { check: async () => undefined });
      const file = join(engines, fakePackName, 'tensorflow/library.so.2');
      // Damage that zstd and tar did not notice must at least not reach the library.
      assert.equal(
        createHash('sha256').update(readFileSync(file)).digest('hex'),
        createHash('sha256').update('x'.repeat(100_000)).digest('hex'),
      );
    } finally {
      assert.deepEqual(readdirSync(folder).toSorted(), ['engines', 'pack.tar.zst']);
      assert.ok(installedPacks(engines).length <= 1);
    }
  },
};
