/**
 * Builds an engine pack for this system: TensorFlow's libraries out of its Python wheel, and the binding compiled against them.
 *
 *     npm run make-engine-pack -- [--cuda] [--out dist/engines] [--wheel FILE] [--no-archive]
 *
 * Needs Python with pip, and a C++ compiler. Leaves the pack's folder and one compressed file in the output folder; prints
 * their paths. `--wheel` takes a TensorFlow wheel that is already there.
 */
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { constants, createZstdCompress } from 'node:zlib';
import { create } from 'tar';
import { hashFile } from '../src-main/downloads/fetch-file.ts';
import { PACK_VERSION } from '../src-main/engines/packs/pack-address.ts';
import { OPERATIONS_EDITION, packName } from '../src-main/engines/tensorflow/pack-manifest.ts';
import type { PackVariant } from '../src-main/engines/tensorflow/pack-manifest.ts';
import { assemblePack, LICENCE_PATTERN } from './engine-pack/assemble-pack.ts';
import { bindingPackage, buildBinding, hasOperations, HEADER_PATTERN } from './engine-pack/build-binding.ts';
import { packTarget } from './engine-pack/targets.ts';
import type { PackTarget } from './engine-pack/targets.ts';
import { cudaRequirements, downloadWheels, unpackWheel, wheelVersion } from './engine-pack/wheels.ts';

interface BuildOptions {
  readonly variant: PackVariant;
  /** Folder that the pack's folder and archive are put into. */
  readonly out: string;
  readonly wheel: string | undefined;
  readonly archives: boolean;
}

const { values } = parseArgs({
  options: {
    cuda: { type: 'boolean', default: false },
    out: { type: 'string', default: 'dist/engines' },
    wheel: { type: 'string' },
    archive: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
await buildPack({
  variant: values.cuda ? 'cuda' : 'cpu',
  out: path.resolve(values.out),
  wheel: values.wheel,
  archives: values.archive,
});

/** Builds beside and renames at the end, so that a pack that is there is whole. */
async function buildPack({ variant, out, wheel, archives }: BuildOptions): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const target = packTarget(platform, variant);
  const folder = path.join(out, packName({ version: PACK_VERSION, variant }));
  mkdirSync(out, { recursive: true });
  const scratch = mkdtempSync(path.join(out, '.building-'));
  try {
    const wheelFolder = path.join(scratch, 'wheel');
    const wheels = unpackWheels(target, variant, wheel, scratch, wheelFolder);
    const binding = buildBinding({ wheelFolder, linked: target.linked, buildFolder: path.join(scratch, 'binding') });
    const source = bindingPackage();
    const versions = { '@tensorflow/tfjs-node-gpu': source.version, ...Object.fromEntries(wheels.map(wheelVersion)) };
    const operations = { hasOperations, operationsEdition: OPERATIONS_EDITION };
    const description = { version: PACK_VERSION, variant, platform, versions, ...operations };
    const parts = { wheelFolder, libraries: target.libraries, binding, bindingPackage: source.folder, description };
    await assemblePack(parts, path.join(scratch, 'pack'));
    if (existsSync(folder)) rmSync(folder, { recursive: true });
    renameSync(path.join(scratch, 'pack'), folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  process.stdout.write(`${folder}\n`);
  if (archives) process.stdout.write(`${await archive(folder, platform)}\n`);
}

/** Returns the wheels that were unpacked, side by side as in Python's site-packages. */
function unpackWheels(
  { wheel: wheelName, wheelPlatforms, libraries, linked }: PackTarget,
  variant: PackVariant,
  given: string | undefined,
  scratch: string,
  wheelFolder: string,
): readonly string[] {
  const requirement = `${wheelName}==${PACK_VERSION}`;
  const [wheel] =
    given === undefined ? downloadWheels([requirement], wheelPlatforms, path.join(scratch, 'download')) : [given];
  if (wheel === undefined) throw new Error(`pip found no wheel for ${requirement}.`);
  const names = [...libraries, ...linked].map((file) => file.replaceAll('.', '\\.'));
  const wanted = [HEADER_PATTERN.source, LICENCE_PATTERN.source, `^(${names.join('|')})$`];
  unpackWheel(wheel, wheelFolder, new RegExp(wanted.join('|')));
  if (variant === 'cpu') return [wheel];
  const cuda = downloadWheels(cudaRequirements(wheelFolder), wheelPlatforms, path.join(scratch, 'cuda'));
  for (const part of cuda) unpackWheel(part, wheelFolder, /^nvidia\/.*\/(lib|bin|nvvm)\/|LICEN[SC]E|METADATA$/i);
  return [wheel, ...cuda];
}

/** One file, compressed with zstd: as small as gzip in a tenth of the time to unpack. */
async function archive(folder: string, platform: string): Promise<string> {
  const file = `${folder}-${platform}.tar.zst`;
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 9 } });
  const tar = create({ cwd: path.dirname(folder), portable: true }, [path.basename(folder)]);
  await pipeline(tar, compress, createWriteStream(`${file}.part`));
  renameSync(`${file}.part`, file);
  // What `engines install` asks for before it downloads.
  const description = { sizeBytes: statSync(file).size, sha256: await hashFile(file) };
  writeFileSync(`${file}.json`, JSON.stringify(description));
  return file;
}
