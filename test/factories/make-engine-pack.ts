/** Engine packs of two small files: everything about them is real but the libraries. */
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { create } from 'tar';
import type { PackManifest } from '../../src-main/engines/tensorflow/pack-manifest.ts';

export const fakePackName = 'tensorflow-2.21.0-cpu';

/** Writes the pack's folder into `folder` and returns its path; `changes` replace parts of the manifest. */
export function writeFakePack(folder: string, changes: Partial<PackManifest> = {}): string {
  const pack = path.join(folder, fakePackName);
  const contents = { 'licences/LICENSE': 'free', 'tensorflow/library.so.2': 'x'.repeat(100_000) };
  const files = Object.entries(contents).map(([name, content]) => {
    mkdirSync(path.dirname(path.join(pack, name)), { recursive: true });
    writeFileSync(path.join(pack, name), content);
    return { path: name, sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  });
  const manifest: PackManifest = {
    format: 1,
    engine: 'tensorflow',
    version: '2.21.0',
    variant: 'cpu',
    platform: `${process.platform}-${process.arch}`,
    versions: { 'tensorflow-cpu': '2.21.0' },
    binding: 'tensorflow/library.so.2',
    hasOperations: false,
    operationsEdition: 1,
    files,
    ...changes,
  };
  writeFileSync(path.join(pack, 'manifest.json'), JSON.stringify(manifest));
  return pack;
}

/** Packs the folder as scripts/make-engine-pack.ts does. */
export async function archivePack(pack: string, file: string): Promise<string> {
  const tar = create({ cwd: path.dirname(pack), portable: true }, [path.basename(pack)]);
  await pipeline(tar, createZstdCompress(), createWriteStream(file));
  return file;
}
