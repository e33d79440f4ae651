/**
 * `npm run package`: installers with electron-builder. Where Electron's binary cannot be had, the app is laid out unpacked without it, in
 * `dist/app`, and what was laid out is checked: its list of files, and that its native modules load.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { faultsOfContents, listFolder } from './check-contents.ts';
import { listPackageContents, systems, type System } from './package-contents.ts';

const root = path.resolve(import.meta.dirname, '../..');
const target = path.join(root, 'dist/app');
/** What `npm run build` writes and the app cannot start without. */
const builtFiles = ['out/main/main.js', 'out/main/host.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];
const nativeModules = ['better-sqlite3', 'sharp', 'onnxruntime-node'];

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
} else {
  const system = thisSystem();
  layOut(system);
  const faults = [...faultsOfContents(listFolder(target), system), ...missingParts(), ...modulesThatDoNotLoad()];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  report(faults.length);
}

/** Electron's package names its binary in a file that it writes once it has fetched it. */
function hasElectron(): boolean {
  const folder = path.join(root, 'node_modules/electron');
  const name = path.join(folder, 'path.txt');
  return existsSync(name) && existsSync(path.join(folder, 'dist', readFileSync(name, 'utf8')));
}

function thisSystem(): System {
  const system = Object.keys(systems).find(
    (name): name is System => systems[name as System].platform === process.platform,
  );
  if (system === undefined) throw new Error(`There is no package for ${process.platform}.`);
  return system;
}

function layOut(system: System): void {
  rmSync(target, { recursive: true, force: true });
  for (const file of listPackageContents(system)) copy(path.join(root, file), path.join(target, file));
  copy(path.join(root, 'resources/backbones'), path.join(target, 'backbones'));
  // The folder's own page, which electron-builder leaves out too.
  rmSync(path.join(target, 'backbones/README.md'), { force: true });
}

function copy(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}

function missingParts(): readonly string[] {
  return builtFiles.filter((file) => !existsSync(path.join(target, file))).map((file) => `${file} is missing.`);
}

/** Each in a process of its own, which finds nothing but what was laid out. */
function modulesThatDoNotLoad(): readonly string[] {
  return nativeModules.flatMap((name) => {
    const script = `require('${name}'); for (const file of Object.keys(require.cache)) if (!file.startsWith(process.cwd())) throw new Error(file + ' was read instead')`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: target, encoding: 'utf8' });
    return status === 0 ? [] : [`${name} does not load from the package: ${stderr.trim()}`];
  });
}

function report(faultCount: number): void {
  const files = listFolder(target);
  const bytes = files.reduce((sum, file) => sum + statSync(path.join(target, file)).size, 0);
  const found = faultCount === 0 ? 'Its list of files is as it must be, and its native modules load.' : '';
  console.log(
    `Laid out in ${target}: ${files.length} files, ${Math.round(bytes / 1e6)} MB. ${found}
Not done, because Electron's binary is not here ("npx install-electron" fetches it): putting the app into an archive beside the binary, setting
the fuses, starting it, and making installers.`,
  );
}
