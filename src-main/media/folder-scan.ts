/**
 * Walks the imported folder and lists every file once, in a fixed order, without opening any. Links are followed to files inside
 * the folder only, so that neither a loop nor another disk can be walked into.
 */
import type { Dirent } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Problem, ProblemKind } from '../core/dataset/sample.ts';
import { throwIfCancelled, TouchstoneError } from '../core/errors.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import { describeSystemError, systemCode } from './file-system-errors.ts';
import { isInsideOrSame } from './path-containment.ts';
import { throttledProgress } from './progress-throttle.ts';

export interface FolderScan {
  /** Regular files and links to such, relative with `/`, sorted folder by folder. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

/** Left behind by operating systems and file managers; passed over without a word. */
const systemNames = new Set([
  '.ds_store',
  '.directory',
  '.git',
  '.gitattributes',
  '.gitignore',
  '.localized',
  '.spotlight-v100',
  '.trashes',
  '.fseventsd',
  '__macosx',
  '@eadir',
  '$recycle.bin',
  'desktop.ini',
  'system volume information',
  'thumbs.db',
  'ehthumbs.db',
]);

/**
 * Lists the files below a folder.
 *
 * Everything that is neither a file to look at nor a known system file is a problem with its reason: hidden files and folders,
 * folders that are empty or cannot be read, links that lead outside, nowhere or to a folder, pipes and devices.
 *
 * @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `cancelled`.
 */
export async function scanFolder(folder: string, options?: LongCallOptions): Promise<FolderScan> {
  const realFolder = await resolveDatasetFolder(folder);
  const scan = new Scan(realFolder, options);
  await scan.walk('', await readRoot(folder));
  return scan.result();
}

/**
 * The folder's path with every link resolved.
 *
 * @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`.
 */
export async function resolveDatasetFolder(folder: string): Promise<string> {
  try {
    const realFolder = await realpath(folder);
    if ((await stat(realFolder)).isDirectory()) return realFolder;
  } catch (error) {
    throw rootError(folder, error);
  }
  const message = `${folder} is a file, not a folder. Choose the folder that holds the images.`;
  throw new TouchstoneError('folder-not-found', message, { details: { folder } });
}

async function readRoot(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw rootError(folder, error);
  }
}

function rootError(folder: string, cause: unknown): TouchstoneError {
  const details = { folder };
  if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') {
    const message = `The folder ${folder} does not exist. Check its name, or connect the disk that it lies on.`;
    return new TouchstoneError('folder-not-found', message, { details, cause });
  }
  const message = `The folder ${folder} cannot be read: ${describeSystemError(cause)}. Change its permissions.`;
  return new TouchstoneError('folder-not-readable', message, { details, cause });
}

class Scan {
  readonly #realFolder: string;
  readonly #signal: AbortSignal | undefined;
  readonly #report: (done: number) => void;
  readonly #files: string[] = [];
  readonly #problems: Problem[] = [];

  constructor(realFolder: string, options: LongCallOptions | undefined) {
    this.#realFolder = realFolder;
    this.#signal = options?.signal;
    this.#report = throttledProgress('Listing files', null, options);
  }

  result(): FolderScan {
    return { files: this.#files, problems: this.#problems };
  }

  async walk(folderPath: string, entries: Dirent[]): Promise<void> {
    throwIfCancelled(this.#signal);
    this.#report(this.#files.length);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (isSystemName(entry.name)) continue;
      const path = folderPath === '' ? entry.name : `${folderPath}/${entry.name}`;
      await this.#visit(path, entry);
    }
  }

  async #visit(path: string, entry: Dirent): Promise<void> {
    if (entry.name.startsWith('.')) {
      this.#addProblem(path, 'unsupported', `It is hidden (its name begins with a dot).`);
    } else if (entry.isSymbolicLink()) await this.#visitLink(path);
    else if (entry.isDirectory()) await this.#visitFolder(path);
    else if (entry.isFile()) await this.#addFile(path);
    else this.#addProblem(path, 'unsupported', 'It is a pipe, a socket or a device, not a file.');
  }

  async #visitFolder(path: string): Promise<void> {
    let entries: Dirent[];
    try {
      entries = await readdir(join(this.#realFolder, path), { withFileTypes: true });
    } catch (error) {
      this.#addProblem(path, 'unreadable', `The folder cannot be read: ${describeSystemError(error)}.`);
      return;
    }
    if (entries.every(({ name }) => isSystemName(name))) this.#addProblem(path, 'empty', 'The folder is empty.');
    else await this.walk(path, entries);
  }

  async #visitLink(path: string): Promise<void> {
    try {
      const target = await realpath(join(this.#realFolder, path));
      if (!isInsideOrSame(this.#realFolder, target)) {
        this.#addProblem(path, 'outside-folder', `It is a link to ${target}, outside the imported folder.`);
        return;
      }
      const stats = await stat(target);
      if (stats.isFile()) this.#files.push(path);
      else if (stats.isDirectory()) this.#addProblem(path, 'unsupported', this.#describeFolderLink(target));
      else this.#addProblem(path, 'unsupported', 'It is a link to a pipe, a socket or a device.');
    } catch (error) {
      if (systemCode(error) === 'ENOENT')
        this.#addProblem(path, 'missing', 'It is a link to a file that is not there.');
      else this.#addProblem(path, 'unreadable', `The link cannot be followed: ${describeSystemError(error)}.`);
    }
  }

  #describeFolderLink(target: string): string {
    const place = relative(this.#realFolder, target).split(sep).join('/');
    return place === ''
      ? 'It is a link to the imported folder itself.'
      : `It is a link to the folder ${place}, which is imported at its own place.`;
  }

  async #addFile(path: string): Promise<void> {
    // Names that are not UTF-8 come with replacement characters, and no file can be opened by such a name.
    if (path.includes('\uFFFD') && !(await isThere(join(this.#realFolder, path)))) {
      this.#addProblem(path, 'unreadable', 'Its name is not valid UTF-8. Rename the file.');
    } else this.#files.push(path);
  }

  #addProblem(path: string, kind: ProblemKind, reason: string): void {
    this.#problems.push({ path, kind, reason });
  }
}

/** `._name`: the other half of a file that macOS wrote to a foreign disk. */
function isSystemName(name: string): boolean {
  return name.startsWith('._') || systemNames.has(name.toLowerCase());
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
