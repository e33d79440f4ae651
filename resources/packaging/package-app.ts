/**
 * `npm run package`: installers with electron-builder. Where Electron's binary cannot be had, the app is laid out unpacked without it, in
 * `dist/app`, so that what goes into a package can be looked at.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { listPackageContents, systems, type System } from './package-contents.ts';

const root = path.resolve(import.meta.dirname, '../..');

if (hasElectron()) {
  const builder = path.join(root, 'node_modules/electron-builder/cli.js');
  const args = [
    builder,
    '--config',
    'resources/packaging/electron-builder.yml',
    '--publish',
    'never',
    ...process.argv.slice(2),
  ];
  process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
} else layOut();

/** Electron's package names its binary in a file that it writes once it has fetched it. */
function hasElectron(): boolean {
  const folder = path.join(root, 'node_modules/electron');
  const name = path.join(folder, 'path.txt');
  return existsSync(name) && existsSync(path.join(folder, 'dist', readFileSync(name, 'utf8')));
}

function layOut(): void {
  const system = Object.keys(systems).find(
    (name): name is System => systems[name as System].platform === process.platform,
  );
  if (system === undefined) throw new Error(`There is no package for ${process.platform}.`);
  const target = path.join(root, 'dist/app');
  rmSync(target, { recursive: true, force: true });
  const files = listPackageContents(system);
  for (const file of files) copy(path.join(root, file), path.join(target, file));
  copy(path.join(root, 'resources/backbones'), path.join(target, 'backbones'));
  const bytes = files.reduce((sum, file) => sum + statSync(path.join(root, file)).size, 0);
  console.log(
    `Electron's binary is not here: ${files.length} files, ${Math.round(bytes / 1e6)} MB, laid out in ${target}; no installer was made.`,
  );
}

function copy(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}
