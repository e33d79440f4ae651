/** In a checkout the bundles are built by the command that needs them, once, and again when a source is newer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { TouchstoneError } from '../core/errors.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sources = ['src-main', 'src-renderer', 'electron.vite.config.ts', 'package-lock.json'];
const products = ['out/main/main.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

/** Builds into out/ if that is needed; `say` is told so before, since it takes half a minute. Throws `wrong-use` where it cannot. */
export async function ensureBuilt(say: (line: string) => void): Promise<void> {
  if (await isUpToDate(root)) return;
  say('Building the app, once ...');
  const child = spawn(process.execPath, [findBuilder(), 'build', '--logLevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as readonly unknown[];
  if (code !== 0) throw new TouchstoneError('wrong-use', 'The app could not be built; the lines above say why.');
}

function findBuilder(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('electron-vite/package.json');
    return path.join(path.dirname(manifest), 'bin/electron-vite.js');
  } catch (error) {
    const message = 'The pages are not built and electron-vite is not installed. Run npm install without --omit=dev.';
    throw new TouchstoneError('wrong-use', message, { cause: error });
  }
}

/** True where every bundle below `folder` is there and none is older than a source. */
export async function isUpToDate(folder: string): Promise<boolean> {
  const built = await Promise.all(products.map((product) => modifiedAtMs(path.join(folder, product))));
  const oldest = Math.min(...built.map((time) => time ?? Number.NEGATIVE_INFINITY));
  const changed = await Promise.all(sources.map((source) => newestBelow(path.join(folder, source))));
  return oldest >= Math.max(...changed);
}

async function newestBelow(place: string): Promise<number> {
  const entries = await readdir(place, { recursive: true }).catch(() => []);
  const times = await Promise.all(['.', ...entries].map((entry) => modifiedAtMs(path.join(place, entry))));
  return Math.max(...times.map((time) => time ?? Number.NEGATIVE_INFINITY));
}

async function modifiedAtMs(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found?.mtimeMs ?? null;
}
