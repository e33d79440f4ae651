/** Unpacks an engine pack's archive into an empty folder and holds every file against the manifest. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { extract } from 'tar';
import { isTouchstoneError, throwIfCancelled } from '../../core/errors.ts';
import { hashFile, type TransferOptions } from '../../downloads/fetch-file.ts';
import { invalidPack, MANIFEST_NAME, packName, readPackManifest } from '../tensorflow/pack-manifest.ts';

/** Several times the largest pack: an archive that unpacks to more is not one. */
const largestBytes = 16 * 2 ** 30;

/** Returns the pack's folder below `folder`. Rejects with `cancelled` or `engine-pack-invalid`; what it wrote is the caller's to delete. */
export async function unpackArchive(archive: string, folder: string, options: TransferOptions = {}): Promise<string> {
  try {
    await extractAll(archive, folder, options);
  } catch (cause) {
    throwIfCancelled(options.signal);
    throw invalidPack(
      `${archive} cannot be unpacked (${cause instanceof Error ? cause.message : String(cause)}).`,
      cause,
    );
  }
  const [name, ...others] = readdirSync(folder);
  if (name === undefined || others.length > 0) throw invalidPack(`${archive} does not hold one folder.`);
  const packFolder = path.join(folder, name);
  await verifyPack(packFolder, options);
  return packFolder;
}

async function extractAll(archive: string, folder: string, { signal, onProgress }: TransferOptions): Promise<void> {
  const total = statSync(archive).size;
  let [read, written] = [0, 0];
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      read += chunk.length;
      onProgress?.({ stage: 'Unpacking', done: read, total });
      next(null, chunk);
    },
  });
  const files = extract({
    cwd: folder,
    strict: true,
    // Links could lead out of the folder; a pack has none.
    filter: (_name, entry) => {
      if (!('type' in entry) || (entry.type !== 'File' && entry.type !== 'Directory')) return false;
      written += entry.size;
      return written <= largestBytes;
    },
  });
  await pipeline(createReadStream(archive), count, createZstdDecompress(), files, { signal });
  if (written > largestBytes) throw new Error('it is far larger than an engine pack');
}

/** Every file of the manifest as it should be, and none besides. Rejects with `cancelled` or `engine-pack-invalid`. */
export async function verifyPack(packFolder: string, { signal, onProgress }: TransferOptions = {}): Promise<void> {
  try {
    const manifest = readPackManifest(packFolder);
    if (path.basename(packFolder) !== packName(manifest))
      throw invalidPack(`${packFolder} holds the pack ${packName(manifest)}.`);
    refuseStrangers(packFolder, new Set([MANIFEST_NAME, ...manifest.files.map((file) => file.path)]));
    const total = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let done = 0;
    for (const { path: name, sizeBytes, sha256 } of manifest.files) {
      onProgress?.({ stage: 'Verifying', done, total });
      if ((await hashFile(path.join(packFolder, name), signal)) !== sha256)
        throw invalidPack(`${path.join(packFolder, name)} is not the file that the pack's manifest lists.`);
      done += sizeBytes;
    }
  } catch (cause) {
    throwIfCancelled(signal);
    throw isTouchstoneError(cause) ? cause : invalidPack(`${packFolder} is incomplete.`, cause);
  }
}

function refuseStrangers(packFolder: string, known: ReadonlySet<string>): void {
  for (const entry of readdirSync(packFolder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const name = path.relative(packFolder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
    if (!known.has(name)) throw invalidPack(`${packFolder} holds the file ${name}, which its manifest does not list.`);
  }
}
