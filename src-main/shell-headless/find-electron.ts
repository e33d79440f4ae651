/** Finds Electron's binary, which npm does not bring: its package fetches it from elsewhere when it is first needed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Where the window can be opened with, or why there will be none. */
export type ElectronSearch = { readonly binary: string } | { readonly missing: string };

const downloadHost = 'https://github.com/electron/electron/releases/';
const probeMs = 5000;

/** Looks for what would keep a window from opening, then for the binary; fetches it where its host answers within 5 s. */
export async function findElectron(say: (line: string) => void): Promise<ElectronSearch> {
  const obstacle = windowObstacle(process.platform, process.env, process.getuid?.() === 0);
  if (obstacle) return { missing: obstacle };
  const folder = packageFolder();
  if (!folder) return { missing: 'Electron is not installed' };
  const installed = binaryIn(folder);
  if (installed) return { binary: installed };
  if (!(await isReachable(process.env['ELECTRON_MIRROR'] ?? downloadHost))) {
    return { missing: 'Electron cannot be downloaded here' };
  }
  say('Fetching Electron, once (about 120 MB) ...');
  const [code] = (await once(
    spawn(process.execPath, [path.join(folder, 'install.js')], { stdio: 'ignore' }),
    'exit',
  )) as readonly unknown[];
  const fetched = code === 0 ? binaryIn(folder) : null;
  return fetched ? { binary: fetched } : { missing: 'Electron could not be downloaded' };
}

/** Null where nothing speaks against a window. */
export function windowObstacle(
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
  isRoot: boolean,
): string | null {
  if (platform !== 'linux') return null;
  if (!environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return 'There is no display';
  return isRoot ? 'Electron keeps its sandbox, which root cannot use' : null;
}

function packageFolder(): string | null {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** The package notes the binary's name in path.txt once it has it. */
export function binaryIn(folder: string): string | null {
  const noteFile = path.join(folder, 'path.txt');
  if (!existsSync(noteFile)) return null;
  const binary = path.join(folder, 'dist', readFileSync(noteFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

async function isReachable(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) });
    return true;
  } catch {
    return false;
  }
}
