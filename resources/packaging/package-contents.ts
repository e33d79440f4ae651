/** Which files of the checkout go into the packaged app for a system: electron-builder.yml's patterns over what is not only for development. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export type System = 'win' | 'mac' | 'linux';

/** As Node calls the system, and the parts of file names that belong to it alone. */
export const systems: Readonly<Record<System, { readonly platform: NodeJS.Platform; readonly arch: string }>> = {
  win: { platform: 'win32', arch: 'x64' },
  mac: { platform: 'darwin', arch: 'arm64' },
  linux: { platform: 'linux', arch: 'x64' },
};

const root = path.resolve(import.meta.dirname, '../..');
const configuration = path.join(import.meta.dirname, 'electron-builder.yml');

/** Relative to the checkout, with `/`, sorted. `out/` is listed where it was built. */
export function listPackageContents(system: System): readonly string[] {
  const text = readFileSync(configuration, 'utf8');
  const patterns = [...readFiles(text, ''), ...readFiles(sectionOf(text, system), '  ')];
  const refused = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const candidates = [...walk('out'), 'package.json', 'LICENSE', ...productionFolders().flatMap(walk)];
  return candidates.filter((file) => !refused.some((pattern) => path.matchesGlob(file, pattern))).toSorted();
}

/** Folders of the packages that the app needs at run time, relative to the checkout. */
export function productionFolders(): readonly string[] {
  return (knownFolders ??= readProductionFolders());
}

/** Asking npm takes half a second. */
let knownFolders: readonly string[] | null = null;

function readProductionFolders(): readonly string[] {
  // Optional packages of other systems are missing, which npm takes for a problem worth an exit code.
  const output = runNpm(['ls', '--omit=dev', '--all', '--parseable']);
  const folders = output.split('\n').filter((line) => line.startsWith(path.join(root, 'node_modules')));
  return [...new Set(folders)].map((folder) => path.relative(root, folder).split(path.sep).join('/'));
}

function runNpm(args: readonly string[]): string {
  try {
    return execFileSync('npm', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') return error.stdout;
    throw error;
  }
}

function sectionOf(text: string, system: System): string {
  return new RegExp(`^${system}:\\n((?:(?: .*)?\\n)+)`, 'm').exec(text)?.[1] ?? '';
}

/** The list under `files:` at this indentation. */
function readFiles(text: string, indentation: string): readonly string[] {
  const list = new RegExp(`^${indentation}files:\\n((?:${indentation}  .*\\n)+)`, 'm').exec(text)?.[1] ?? '';
  return [...list.matchAll(/^\s+- '?([^'\n]+)'?$/gm)].map(([, pattern = '']) => pattern);
}

/** Files below a folder, without the packages nested in it: those are listed on their own. */
function walk(folder: string): readonly string[] {
  const absolute = path.join(root, folder);
  if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(name);
    return entry.isFile() ? [name] : [];
  });
}
