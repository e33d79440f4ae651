/**
 * A copy of a project file that lies where nothing may be written.
 *
 * SQLite keeps a log beside the file and needs to write there even to read. The copy takes the log along, so changes that were
 * not yet brought into the main file are seen too.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface TemporaryCopy {
  readonly file: string;
  readonly remove: () => void;
}

/** Throws what the file system reports. */
export function copyToTemporaryFolder(file: string): TemporaryCopy {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-read-only-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const copy = join(folder, basename(file));
  try {
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  } catch (error) {
    remove();
    throw error;
  }
  return { file: copy, remove };
}
