/**
 * The secret that session cookies are signed with. It stays on disk, for the user alone, so that a page survives a restart of
 * the server under it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const fileName = 'session-secret';
const secretBytes = 32;

/** Reads the secret of the user-data folder, or makes one there. Throws the file system's errors. */
export async function loadSessionSecret(userDataFolder: string): Promise<Buffer> {
  const file = path.join(userDataFolder, fileName);
  const stored = await readFile(file).catch(() => null);
  return stored?.length === secretBytes ? stored : replaceSessionSecret(userDataFolder);
}

/** Makes a new one: every cookie that was signed with the old one is worthless. Throws the file system's errors. */
export async function replaceSessionSecret(userDataFolder: string): Promise<Buffer> {
  const file = path.join(userDataFolder, fileName);
  const secret = randomBytes(secretBytes);
  await mkdir(userDataFolder, { recursive: true, mode: 0o700 });
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}
