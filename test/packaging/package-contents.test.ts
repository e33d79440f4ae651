/** What goes into the packaged app: every native module of the system, nobody else's binaries, nothing that is for development only. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOfContents } from '../../resources/packaging/check-contents.ts';
import { listPackageContents, systems, type System } from '../../resources/packaging/package-contents.ts';

const root = path.resolve(import.meta.dirname, '../..');
const names = Object.keys(systems) as System[];
const here = names.find((name) => systems[name].platform === process.platform && systems[name].arch === process.arch);

describe.each(names)('the package for %s', (system) => {
  const { platform, arch } = systems[system];
  const files = listPackageContents(system);

  it('has nothing wrong with it', () => {
    expect(files.filter((file) => file.startsWith('node_modules/')).length).toBeGreaterThan(1000);
    expect(faultsOfContents(files, system)).toEqual([]);
  });

  it.each([
    [
      'without its database',
      `node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`,
      /of the database is missing/,
    ],
    [
      'without its inference',
      `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
      /of the inference is missing/,
    ],
    ['without a package', 'node_modules/birpc/', /The package birpc is missing/],
  ])('would be refused %s', (_, gone, fault) => {
    const rest = files.filter((file) => !file.startsWith(gone));
    expect(rest.length).toBeLessThan(files.length);
    expect(faultsOfContents(rest, system).join('\n')).toMatch(fault);
  });

  it.each([
    ["another system's binary", 'node_modules/better-sqlite3/prebuilds/freebsd-ia32.node', /ia32\.node is for another/],
    ['a development dependency', 'node_modules/eslint/lib/api.js', /eslint is for development only/],
    ['a source', 'out/main/main.ts', /main\.ts is for development only/],
    ['a test', 'node_modules/ws/test/a.js', /a\.js is for development only/],
    ["the checkout's own files", 'test-artifacts/page.png', /page\.png is not part of the app/],
  ])('would be refused with %s', (_, file, fault) => {
    expect(faultsOfContents([...files, file], system).join('\n')).toMatch(fault);
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
