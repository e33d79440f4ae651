/**
 * Opens and reads files of the imported folder, which is not trusted: a path may have become a link that leaves the folder, a pipe
 * that never ends, or a file larger than the memory.
 */
import { constants } from 'node:fs';
import { join } from 'node:path';
import type { ProblemKind } from '../core/dataset/sample.ts';
import { closeFile, openFile, readBytes, readLink, resolveLinks, statFile, statPlace } from './file-calls.ts';
import { describeSystemError, systemCode } from './file-system-errors.ts';
import { isInsideOrSame, isPlainRelativePath } from './path-containment.ts';

/** Largest image file that is read: eight times the size of a 100-megapixel JPEG. */
export const largestFileBytes = 256 * 1024 * 1024;

/** So much of a file is read first: enough to recognise its format, and the whole of most images. */
const headBytes = 64 * 1024;

// O_NONBLOCK: opening a pipe must not wait for its writer. O_NOFOLLOW: links were resolved, so a link here was put in since.
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Why a file of the dataset cannot be used. */
export class DatasetFileError extends Error {
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, reason: string) {
    super(reason);
    this.name = 'DatasetFileError';
    this.kind = kind;
  }
}

export interface DatasetFile {
  /** The open file's number. */
  readonly file: number;
  /** With every link resolved. */
  readonly realPath: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

export interface FileContents {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/**
 * Opens a regular file below a folder for reading. The caller closes it.
 *
 * @param realFolder The dataset's folder with its links resolved.
 * @param path Relative, with `/`.
 * @throws {DatasetFileError} `missing`, `outside-folder`, `unreadable` or `unsupported`.
 */
export async function openDatasetFile(realFolder: string, path: string): Promise<DatasetFile> {
  if (!isPlainRelativePath(path)) throw new DatasetFileError('outside-folder', 'The path leaves the imported folder.');
  let file: number | null = null;
  try {
    const realPath = await resolveLinks(join(realFolder, path));
    if (!isInsideOrSame(realFolder, realPath)) {
      throw new DatasetFileError('outside-folder', `It is a link to ${realPath}, outside the imported folder.`);
    }
    file = await openFile(realPath, openFlags);
    await requireStillInside(file, realFolder, join(realFolder, path));
    const stats = await statFile(file);
    if (!stats.isFile()) throw new DatasetFileError('unsupported', 'It is not a regular file.');
    return { file, realPath, sizeBytes: stats.size, modifiedAtMs: Math.trunc(stats.mtimeMs) };
  } catch (error) {
    if (file !== null) await closeFile(file);
    throw asDatasetFileError(error);
  }
}

/**
 * A folder on the way may have become a link between the check of the path and the opening: then another file is open than the one that was
 * checked. Linux says which one; elsewhere the place is looked at once more and must still be the same file.
 */
async function requireStillInside(file: number, realFolder: string, path: string): Promise<void> {
  const opened = process.platform === 'linux' ? await placeOf(file) : null;
  const place = opened ?? (await resolveLinks(path));
  const isSame = opened !== null || isSameFile(await statFile(file), await statPlace(place));
  if (isSame && isInsideOrSame(realFolder, place)) return;
  throw new DatasetFileError('outside-folder', 'A folder on the way to it was exchanged while it was opened.');
}

/** Null where Linux does not say it. */
async function placeOf(file: number): Promise<string | null> {
  try {
    return await readLink(`/proc/self/fd/${file}`);
  } catch {
    return null;
  }
}

function isSameFile(
  one: { readonly dev: number; readonly ino: number },
  other: { readonly dev: number; readonly ino: number },
): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/**
 * Reads a whole image file into memory. `acceptHead` sees the first bytes and may throw, before more is read.
 *
 * @throws {DatasetFileError} As openDatasetFile; also `empty`, `too-large`, and `unreadable` where the file changed its size
 * meanwhile.
 */
export async function readDatasetFile(
  realFolder: string,
  path: string,
  acceptHead: (head: Uint8Array) => void = () => undefined,
): Promise<FileContents> {
  const { file, sizeBytes, modifiedAtMs } = await openDatasetFile(realFolder, path);
  try {
    if (sizeBytes === 0) throw new DatasetFileError('empty', 'The file is empty (0 bytes).');
    const head = await readFully(file, new Uint8Array(Math.min(sizeBytes, headBytes)), 0);
    acceptHead(head);
    if (sizeBytes <= headBytes) return { bytes: head, sizeBytes, modifiedAtMs };
    if (sizeBytes > largestFileBytes) {
      const reason = `The file has ${megabytes(sizeBytes)} MB; the limit is ${megabytes(largestFileBytes)} MB.`;
      throw new DatasetFileError('too-large', reason);
    }
    const bytes = new Uint8Array(sizeBytes);
    bytes.set(head);
    await readFully(file, bytes, headBytes);
    return { bytes, sizeBytes, modifiedAtMs };
  } catch (error) {
    throw asDatasetFileError(error);
  } finally {
    await closeFile(file);
  }
}

/** Fills the array from `start` on with the file's bytes at the same place. */
async function readFully(
  file: number,
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let position = start;
  while (position < bytes.length) {
    const bytesRead = await readBytes(file, bytes, position, bytes.length - position, position);
    if (bytesRead === 0) throw new DatasetFileError('unreadable', 'The file became shorter while it was being read.');
    position += bytesRead;
  }
  return bytes;
}

function asDatasetFileError(error: unknown): unknown {
  const code = systemCode(error);
  if (code === null) return error;
  if (code === 'ENOENT') return new DatasetFileError('missing', 'The file does not exist (any more).');
  if (code === 'ENXIO') return new DatasetFileError('unsupported', 'It is not a regular file.');
  return new DatasetFileError('unreadable', `The file cannot be read: ${describeSystemError(error)}.`);
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024));
}
