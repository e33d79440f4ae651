import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planExportNames } from '../../src-main/media/export-names.ts';

function targets(files: readonly (readonly [path: string, label: string])[]): readonly string[] {
  return planExportNames(files.map(([path, label]) => ({ path, label }))).map(({ targetPath }) => targetPath);
}

it('keeps names that are free, and nests folders by the slashes of the label', () => {
  const planned = planExportNames([
    { path: 'animals/cat/1.png', label: 'animals/cat' },
    { path: 'images/2.png', label: 'dog' },
  ]);
  expect(planned).toEqual([
    { targetPath: 'animals/cat/1.png', renamedBecause: null },
    { targetPath: 'dog/2.png', renamedBecause: null },
  ]);
});

it('numbers the file that moves, not the one that stays', () => {
  expect(
    targets([
      ['cat/1.png', 'dog'],
      ['bird/1.png', 'dog'],
      ['dog/1.png', 'dog'],
    ]),
  ).toEqual(['dog/1-2.png', 'dog/1-3.png', 'dog/1.png']);
});

it('separates names that differ in case or in the spelling of accents only', () => {
  const files = [
    ['a/x.png', 'cat'],
    ['b/X.PNG', 'cat'],
    ['c/caf\u00e9.png', 'cat'],
    ['d/cafe\u0301.png', 'cat'],
  ] as const;
  expect(targets(files)).toEqual(['cat/x.png', 'cat/X-2.PNG', 'cat/caf\u00e9.png', 'cat/cafe\u0301-2.png']);
  const labels = ['cat', 'Cat', 'cat '];
  expect(targets(labels.map((label) => ['1.png', label] as const))).toEqual(['cat-2/1.png', 'Cat/1.png', 'cat_/1.png']);
});

it.each([
  ['CON.png', 'c/_CON.png'],
  ['lpt1', 'c/_lpt1'],
  ['trailing.', 'c/trailing_'],
  ['a:b?.png', 'c/a_b_.png'],
  ['a\nb\u202e.png', 'c/a_b_.png'],
  ['back\\slash.png', 'c/back_slash.png'],
  [`${'é'.repeat(300)}.png`, `c/${'é'.repeat(98)}.png`],
])('makes %j portable and says why', (name, target) => {
  const [planned] = planExportNames([{ path: `x/${name}`, label: 'c' }]);
  expect(planned?.targetPath).toBe(target);
  expect(planned?.renamedBecause).toContain('not a name that every system can hold');
});

it('never leaves the folder, whatever a label says', () => {
  const labels = ['../up', '/etc', 'a//b', '..', '.'];
  const planned = targets(labels.map((label, index) => [`${index}.png`, label] as const));
  expect(planned).toEqual(['__/up/0.png', '_-2/etc/1.png', 'a/_/b/2.png', '__/3.png', '_/4.png']);
});

it('leaves the place of the manifest free', () => {
  expect(targets([['1.png', 'Manifest.csv']])).toEqual(['Manifest-2.csv/1.png']);
});

it('never gives two files one name, nor a file that of a folder', () => {
  const part = fc.constantFrom('a', 'A', 'a.', 'a ', 'con', 'b', 'a-2', 'é', 'e\u0301', '..', '', 'manifest.csv');
  const file = fc.record({
    path: fc.tuple(part, part).map((parts) => parts.join('/')),
    label: fc.tuple(part, part).map((parts) => parts.join('/')),
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 30 }), (files) => {
      const names = planExportNames(files).map(({ targetPath }) => targetPath.normalize('NFC').toLowerCase());
      expect(new Set(names).size).toBe(files.length);
      const folders = new Set(names.flatMap((name) => [name.split('/').slice(0, -1).join('/'), name.split('/')[0]]));
      for (const name of names) expect(folders.has(name)).toBe(false);
    }),
  );
});
