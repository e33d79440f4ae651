/**
 * Installs and removes engine packs. Everything happens in a folder beside, and one rename makes it count: a kill at any
 * moment leaves the old state or the new one, and at worst a folder that the next installation clears away.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { throwIfCancelled } from '../../core/errors.ts';
import type { TransferOptions } from '../../downloads/fetch-file.ts';
import { isRunning } from '../../system/is-running.ts';
import { forgetCheck } from '../check-records.ts';
import { unpackArchive, verifyPack } from './unpack-archive.ts';

const unfinished = /^\.(installing|removing)-/;

export interface InstallOptions extends TransferOptions {
  /** Rejects where the pack in this folder of engines does not work on this machine. */
  readonly check: (enginesFolder: string) => Promise<void>;
}

/**
 * Installs the archive into the folder of engines. Returns the pack's folder. A pack of the same name that is whole stays
 * as it is; one that is not is replaced. Rejects with `cancelled`, `engine-pack-invalid` and what `check` rejects with.
 */
export async function installArchive(archive: string, enginesFolder: string, options: InstallOptions): Promise<string> {
  return installFrom(enginesFolder, options, (folder) => unpackArchive(archive, folder, options));
}

/** The same for whatever puts a pack into the folder that it is given, and returns the pack's own. */
export async function installFrom(
  enginesFolder: string,
  options: InstallOptions,
  provide: (folder: string) => Promise<string>,
): Promise<string> {
  clearUnfinished(enginesFolder);
  mkdirSync(enginesFolder, { recursive: true });
  const beside = mkdtempSync(path.join(enginesFolder, `.installing-${process.pid}-`));
  try {
    const unpacked = await provide(beside);
    options.onProgress?.({ stage: 'Checking', done: 0, total: null });
    await options.check(beside);
    throwIfCancelled(options.signal);
    return await moveIn(unpacked, enginesFolder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** Removes the packs in these folders. */
export function removePacks(folders: readonly string[], enginesFolder: string): void {
  for (const folder of folders) putAside(folder, enginesFolder);
  forgetCheck(enginesFolder, 'tensorflow');
}

async function moveIn(unpacked: string, enginesFolder: string): Promise<string> {
  const target = path.join(enginesFolder, path.basename(unpacked));
  if (existsSync(target)) {
    const isWhole = await verifyPack(target).then(
      () => true,
      () => false,
    );
    if (isWhole) return target;
    putAside(target, enginesFolder);
  }
  renameSync(unpacked, target);
  forgetCheck(enginesFolder, 'tensorflow');
  return target;
}

/** Out of sight in one step, then deleted. */
function putAside(folder: string, enginesFolder: string): void {
  const aside = path.join(enginesFolder, `.removing-${process.pid}-${path.basename(folder)}`);
  renameSync(folder, aside);
  rmSync(aside, { recursive: true, force: true });
}

/** What killed processes left. */
function clearUnfinished(enginesFolder: string): void {
  const names = existsSync(enginesFolder) ? readdirSync(enginesFolder) : [];
  for (const name of names.filter((candidate) => unfinished.test(candidate) && !belongsToLiving(candidate)))
    rmSync(path.join(enginesFolder, name), { recursive: true, force: true });
}

function belongsToLiving(name: string): boolean {
  return isRunning(Number(name.split('-')[1]));
}
