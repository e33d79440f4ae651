/** Refuses export folders that are in use or that touch the source or the project, before anything is written. */
import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { TouchstoneError } from '../core/errors.ts';
import { systemCode, toTouchstoneError } from './file-system-errors.ts';

/** The one place inside a project where exports may go. */
const exportsFolder = 'exports';

/**
 * @throws {TouchstoneError} `export-folder-not-empty`: it holds something or is a file. `export-overlaps-source`: it lies in the
 * dataset's folder or in the project (but for the project's own `exports/`), or one of them lies in it. `permission-denied`, `file-system`.
 */
export async function checkExportTarget(
  datasetFolder: string,
  projectFolder: string,
  targetFolder: string,
): Promise<void> {
  const target = await resolveTarget(targetFolder);
  const isInExports = await isChildOf(target, join(projectFolder, exportsFolder));
  await refuseOverlap(target, datasetFolder, 'the imported folder');
  if (!isInExports) await refuseOverlap(target, projectFolder, 'the project');
  await refuseContents(target);
}

/** The target with its links resolved as far as it exists; the rest is appended as it stands. */
export async function resolveTarget(targetFolder: string): Promise<string> {
  const absolute = resolve(targetFolder);
  try {
    return await realpath(absolute);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(absolute) === absolute) {
      throw toTouchstoneError(error, 'use the folder', absolute);
    }
    return join(await resolveTarget(dirname(absolute)), basename(absolute));
  }
}

async function refuseOverlap(target: string, folder: string, what: string): Promise<void> {
  if (await isBelowOrSame(target, folder)) throw overlapError(target, folder, `inside ${what}`);
  if (await isBelowOrSame(await resolveTarget(folder), target)) throw overlapError(target, folder, `around ${what}`);
}

function overlapError(target: string, folder: string, how: string): TouchstoneError {
  const message = `The export folder ${target} lies ${how} ${folder}. Choose a folder elsewhere, so that no original is touched.`;
  return new TouchstoneError('export-overlaps-source', message, { details: { target, folder } });
}

async function isChildOf(path: string, folder: string): Promise<boolean> {
  const isSame = relative(path, await resolveTarget(folder)) === '';
  return !isSame && (await isBelowOrSame(path, folder));
}

/**
 * True where `path`, or a folder above it, is `folder`. Compares what the file system says they are, not how they are spelled: case,
 * accents, links and mounts make one folder answer to many names.
 */
async function isBelowOrSame(path: string, folder: string): Promise<boolean> {
  const wanted = await statOrNull(folder);
  for (let current = path; ; current = dirname(current)) {
    const stats = await statOrNull(current);
    const isSame = wanted !== null && stats !== null ? isSameFile(stats, wanted) : relative(current, folder) === '';
    if (isSame) return true;
    if (dirname(current) === current) return false;
  }
}

function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

async function statOrNull(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

/** @throws {TouchstoneError} `export-folder-not-empty` unless the folder is empty or does not exist. */
export async function refuseContents(target: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(target);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    if (systemCode(error) !== 'ENOTDIR') throw toTouchstoneError(error, 'look into the export folder', target);
    throw notEmpty(target, 'is a file');
  }
  if (names.length > 0) throw notEmpty(target, 'is not empty');
}

function notEmpty(target: string, how: string): TouchstoneError {
  const message = `The export folder ${target} ${how}. Choose a new or an empty folder.`;
  return new TouchstoneError('export-folder-not-empty', message, { details: { target } });
}
