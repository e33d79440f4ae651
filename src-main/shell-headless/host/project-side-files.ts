/** Checkpoints and cache of a project: files beside project.sqlite, in its folder. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { TouchstoneError } from '../../core/errors.ts';
import { systemCode, toTouchstoneError } from '../../media/file-system-errors.ts';
import type { CacheFiles, CheckpointFiles } from '../../services/ports/host-ports.ts';
import { writeAtomically } from './atomic-file.ts';

export function createCheckpointFiles(): CheckpointFiles {
  return {
    write: async (projectFolder, name, bytes) => {
      const file = checkpointPath(projectFolder, name);
      await writeAtomically(file, bytes).catch((error: unknown) => {
        throw toTouchstoneError(error, 'write', file);
      });
    },
    read: async (projectFolder, name) => {
      const file = checkpointPath(projectFolder, name);
      try {
        return await readFile(file);
      } catch (error) {
        const message = `The checkpoint ${file} cannot be read (${systemCode(error) ?? 'unknown'}). Start a new run.`;
        throw new TouchstoneError('checkpoint-damaged', message, { details: { file }, cause: error });
      }
    },
    remove: async (projectFolder, name) => {
      const file = checkpointPath(projectFolder, name);
      await rm(file, { force: true }).catch((error: unknown) => {
        throw toTouchstoneError(error, 'remove', file);
      });
    },
  };
}

/** Names come from the project file, which may have been made by someone else. */
function checkpointPath(projectFolder: string, name: string): string {
  if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) {
    throw new TouchstoneError(
      'checkpoint-damaged',
      `The project names "${name}" as a checkpoint, which is no file name.`,
    );
  }
  return path.join(projectFolder, 'checkpoints', name);
}

export function createCacheFiles(): CacheFiles {
  const cacheFolder = (projectFolder: string): string => path.join(projectFolder, 'cache');
  return {
    sizeBytes: (projectFolder) => folderBytes(cacheFolder(projectFolder)),
    clear: async (projectFolder) => {
      const folder = cacheFolder(projectFolder);
      const before = await folderBytes(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) => {
        throw toTouchstoneError(error, 'delete', folder);
      });
      return before;
    },
  };
}

/** Of all files below; 0 where there is no such folder. A file that vanishes while it is counted counts nothing. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let total = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const found = await stat(path.join(entry.parentPath, entry.name)).catch(() => null);
    total += found?.size ?? 0;
  }
  return total;
}
