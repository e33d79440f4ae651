/**
 * Writes the cleaned dataset. Everything goes into a folder beside the target whose name says that it is incomplete; only when each
 * file has been read back and found right does it get the target's name.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TouchstoneError } from '../core/errors.ts';
import type { DatasetWriter, ExportItem, ExportPlan, LinkKind } from '../services/ports/dataset-writer.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import { hashFile } from './content-hash.ts';
import { DatasetFileError, openDatasetFile, type DatasetFile } from './dataset-file.ts';
import { closeFile, readBytes } from './file-calls.ts';
import { planExportNames } from './export-names.ts';
import { checkExportTarget, refuseContents, resolveTarget } from './export-target.ts';
import { systemCode, toTouchstoneError } from './file-system-errors.ts';
import { resolveDatasetFolder } from './folder-scan.ts';
import { writeCsvFile, writeJsonLinesFile, type WrittenFile } from './manifest-writer.ts';
import { imageConcurrency, mapInOrder } from './ordered-map.ts';
import { isPlainRelativePath } from './path-containment.ts';
import { throttledProgress } from './progress-throttle.ts';

export function createDatasetWriter(): DatasetWriter {
  return { planNames: planExportNames, checkTarget: checkExportTarget, write: writeDataset };
}

/**
 * See DatasetWriter.write. `folders` holds the images and `manifest.csv`. `csv` and `jsonl` hold no images but `labels.csv` or
 * `labels.jsonl`, one row per item, whose paths count from the imported folder as the plan gives them; and `manifest.csv`.
 *
 * On failure or cancel nothing is left; a kill leaves `<target>.incomplete-<random>`, which may be deleted.
 *
 * @throws {TouchstoneError} `export-source-changed`, `export-verification-failed`, `disk-full`, `permission-denied`, `file-system`,
 * `folder-not-found`, `export-folder-not-empty`, `cancelled`.
 */
async function writeDataset(
  plan: ExportPlan,
  options?: LongCallOptions,
): Promise<{ readonly filesWritten: number; readonly bytesWritten: number }> {
  const target = await resolveTarget(plan.targetFolder);
  await refuseContents(target);
  const incomplete = `${target}.incomplete-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await mkdir(incomplete);
    const written = [
      ...(plan.format === 'folders'
        ? await writeImages(plan, incomplete, options)
        : await writeLabels(plan, incomplete)),
      await writeCsvFile(join(incomplete, 'manifest.csv'), plan.manifest),
    ];
    await flushFolder(incomplete);
    await moveIntoPlace(incomplete, target);
    return { filesWritten: written.length, bytesWritten: written.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  } catch (error) {
    // What went wrong first is what the user must hear; a folder that stays behind says itself what it is.
    await rm(incomplete, { recursive: true, force: true }).catch(() => undefined);
    throw toTouchstoneError(error, 'write the export', target);
  }
}

async function writeLabels(plan: ExportPlan, folder: string): Promise<readonly WrittenFile[]> {
  const rows = plan.items.map(({ row }) => row);
  const file = join(folder, `labels.${plan.format}`);
  return [plan.format === 'csv' ? await writeCsvFile(file, rows) : await writeJsonLinesFile(file, rows)];
}

async function writeImages(
  plan: ExportPlan,
  folder: string,
  options: LongCallOptions | undefined,
): Promise<readonly WrittenFile[]> {
  const realFolder = await resolveDatasetFolder(plan.datasetFolder);
  const report = throttledProgress('Writing images', plan.items.length, options);
  const subfolders = await makeSubfolders(plan.items, folder);
  const write = (item: ExportItem): Promise<WrittenFile> => writeImage(realFolder, folder, item, plan.link);
  const written: WrittenFile[] = [];
  for await (const file of mapInOrder(plan.items, imageConcurrency, write, options?.signal)) {
    written.push(file);
    report(written.length);
  }
  for (const subfolder of subfolders) await flushFolder(subfolder);
  return written;
}

async function makeSubfolders(items: readonly ExportItem[], folder: string): Promise<ReadonlySet<string>> {
  const subfolders = new Set<string>();
  for (const { targetPath } of items) {
    if (!isPlainRelativePath(targetPath)) throw new Error(`An export may not write to ${targetPath}`);
    subfolders.add(dirname(join(folder, targetPath)));
  }
  for (const subfolder of subfolders) await mkdir(subfolder, { recursive: true });
  return subfolders;
}

async function writeImage(
  realFolder: string,
  folder: string,
  item: ExportItem,
  linkKind: LinkKind,
): Promise<WrittenFile> {
  const target = join(folder, item.targetPath);
  const source = await openSource(realFolder, item);
  try {
    if (linkKind === 'copy') await copyFile(source, target);
    else await linkFile(source.realPath, target, linkKind);
    if ((await hashFile(target)) !== item.contentHash) await explainMismatch(source.realPath, item);
  } finally {
    await closeFile(source.file);
  }
  return { sizeBytes: linkKind === 'copy' ? source.sizeBytes : 0 };
}

async function openSource(realFolder: string, item: ExportItem): Promise<DatasetFile> {
  try {
    return await openDatasetFile(realFolder, item.sourcePath);
  } catch (error) {
    if (error instanceof DatasetFileError) throw sourceChanged(item, error.message);
    throw error;
  }
}

/** Copies from the open file that was checked: the path may lead elsewhere by now. */
async function copyFile(source: DatasetFile, target: string): Promise<void> {
  const copy = await open(target, 'wx');
  try {
    const chunk = new Uint8Array(1024 * 1024);
    for (let position = 0; ;) {
      const bytesRead = await readBytes(source.file, chunk, 0, chunk.length, position);
      if (bytesRead === 0) break;
      await copy.writeFile(chunk.subarray(0, bytesRead));
      position += bytesRead;
    }
    await copy.datasync();
  } finally {
    await copy.close();
  }
}

async function linkFile(source: string, target: string, linkKind: 'hard' | 'symbolic'): Promise<void> {
  try {
    if (linkKind === 'hard') await link(source, target);
    else await symlink(source, target, 'file');
  } catch (error) {
    const code = systemCode(error);
    if (code === null || !['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    const why = code === 'EXDEV' ? 'the export folder lies on another disk' : `the system does not allow it (${code})`;
    const other = linkKind === 'hard' ? '--link symbolic or --link copy' : '--link copy';
    const message = `Could not make a ${linkKind} link to ${source}: ${why}. Export with ${other}.`;
    throw new TouchstoneError('file-system', message, { details: { source, code }, cause: error });
  }
}

/** The written file has other bytes than the import saw: either the original was changed, or the writing went wrong. */
async function explainMismatch(source: string, item: ExportItem): Promise<never> {
  if ((await hashFile(source)) !== item.contentHash) throw sourceChanged(item, 'Its content is not what was imported.');
  const message = `${item.targetPath} was written, but reads back differently. Check the disk, then export again.`;
  throw new TouchstoneError('export-verification-failed', message, { details: { path: item.targetPath } });
}

function sourceChanged(item: ExportItem, what: string): TouchstoneError {
  const message = `${item.sourcePath} has changed since the import. ${what} Import the folder again, then export.`;
  return new TouchstoneError('export-source-changed', message, { details: { path: item.sourcePath } });
}

async function moveIntoPlace(incomplete: string, target: string): Promise<void> {
  try {
    // An empty target is replaced; rmdir fails, and nothing is lost, if something was put there meanwhile.
    await rmdir(target);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  await rename(incomplete, target);
  await flushFolder(dirname(target));
}

/** Makes names durable. Windows has no such call and needs none. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
