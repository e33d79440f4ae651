/** Folders of this machine, for choosing one in a page that has no native dialogs. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileKindOf } from '../../contract/file-kinds.ts';
import type { FolderListing } from '../../contract/payloads.ts';
import { TouchstoneError } from '../../core/errors.ts';
import { systemCode } from '../../media/file-system-errors.ts';
import { isInsideOrSame } from '../../media/path-containment.ts';
import type { FolderBrowser } from '../../services/ports/host-ports.ts';
import { projectFileName } from '../../storage/project-files.ts';

type Entry = FolderListing['entries'][number];

const maxEntries = 5000;

/** `roots`: what may be looked at; the whole machine, as far as the user may read it, unless given. */
export function createFolderBrowser(roots?: readonly string[]): FolderBrowser {
  return {
    list: async (folder) => {
      const wanted = path.resolve(folder ?? roots?.[0] ?? homedir());
      const real = await resolveFolder(wanted);
      await refuseOutside(roots, real, wanted);
      await refuseFile(real);
      const parent = path.dirname(real);
      const hasParent = parent !== real && (await isAllowed(roots, parent));
      return { folder: real, parent: hasParent ? parent : null, entries: await listEntries(real) };
    },
    isFolder: async (folder) => {
      const found = await stat(folder).catch(() => null);
      return found?.isDirectory() ?? false;
    },
  };
}

/** Links are followed before the roots are checked. */
async function resolveFolder(wanted: string): Promise<string> {
  try {
    return await realpath(wanted);
  } catch (error) {
    const isDenied = systemCode(error) === 'EACCES' || systemCode(error) === 'EPERM';
    const code = isDenied ? 'folder-not-readable' : 'folder-not-found';
    const reason = isDenied ? 'may not be opened' : 'is not there';
    const message = `The folder ${wanted} ${reason}. Choose another one.`;
    throw new TouchstoneError(code, message, { details: { folder: wanted }, cause: error });
  }
}

async function refuseFile(real: string): Promise<void> {
  const found = await stat(real).catch(() => null);
  if (!found || found.isDirectory()) return;
  const message = `${real} is a file. Choose the folder that it lies in.`;
  throw new TouchstoneError('folder-not-readable', message, { details: { folder: real } });
}

async function isAllowed(roots: readonly string[] | undefined, real: string): Promise<boolean> {
  if (!roots) return true;
  for (const root of roots) if (isInsideOrSame(await realpath(root).catch(() => root), real)) return true;
  return false;
}

async function refuseOutside(roots: readonly string[] | undefined, real: string, wanted: string): Promise<void> {
  if (await isAllowed(roots, real)) return;
  const message = `The folder ${wanted} lies outside of what this server may show. Choose one below ${roots?.join(', ')}.`;
  throw new TouchstoneError('permission-denied', message, { details: { folder: wanted } });
}

async function listEntries(folder: string): Promise<readonly Entry[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    const entries: Entry[] = [];
    for (const { name } of found.slice(0, maxEntries)) {
      const kind = name.startsWith('.') ? null : await entryKind(path.join(folder, name));
      if (kind) entries.push({ name, kind });
    }
    return entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  } catch (error) {
    const message = `The folder ${folder} cannot be read (${systemCode(error) ?? 'unknown'}). Choose another one.`;
    throw new TouchstoneError('folder-not-readable', message, { details: { folder }, cause: error });
  }
}

async function entryKind(file: string): Promise<Entry['kind'] | null> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile()) return fileKindOf(file);
  if (!found?.isDirectory()) return null;
  const project = await stat(path.join(file, projectFileName)).catch(() => null);
  return project?.isFile() ? 'project' : 'folder';
}
