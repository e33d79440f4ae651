import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { collectShippedPackages, type ShippedPackage } from '../../scripts/licences/collect.ts';

const root = path.resolve(import.meta.dirname, '../..');
let packages: readonly ShippedPackage[] = [];

beforeAll(() => {
  packages = collectShippedPackages(root);
});

const find = (name: string): ShippedPackage | undefined => packages.find((shipped) => shipped.name === name);

describe('what ships with the app', () => {
  it('holds everything that package.json depends on, with its version', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const name of Object.keys(manifest.dependencies)) {
      expect(find(name), name).toBeDefined();
      expect(find(name)?.isBundled, name).toBe(false);
    }
    expect(find('onnxruntime-common')?.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('holds what the pages are made of and Electron, and no tool of the build', () => {
    for (const name of ['svelte', 'bits-ui', 'chart.js', 'electron'])
      expect(find(name), name).toMatchObject({ isBundled: true, licence: 'MIT' });
    for (const name of ['vitest', 'eslint', 'typescript', 'electron-builder', 'vite', 'playwright-core', 'prettier'])
      expect(find(name), name).toBeUndefined();
  });

  it('lists each once, under a licence that lets the app be given away', () => {
    const names = packages.map(({ name, version }) => `${name} ${version}`);
    expect(new Set(names).size).toBe(names.length);
    const permissive = /MIT|Apache-2\.0|BSD|ISC|0BSD|CC0|CC-BY|BlueOak|Unlicense|Python-2\.0|Zlib/;
    // libvips, which sharp brings, is under the LGPL: a library of its own that users may replace.
    const others = packages.filter(({ licence }) => !permissive.test(licence));
    expect(
      others.filter(({ name }) => !name.startsWith('@img/sharp-libvips')).map(({ name, licence }) => [name, licence]),
    ).toEqual([]);
    expect(others.every(({ licence }) => /LGPL/.test(licence))).toBe(true);
  });

  it('brings the texts that the licences ask for', () => {
    expect(find('svelte')?.text).toContain('Permission is hereby granted');
    const without = packages.filter(({ text }) => text === null);
    expect(without.length).toBeLessThan(packages.length / 3);
  });
});
