/**
 * Writes out/licences.json: the licences of everything that ships, for the About page and `touchstone licences`. Run by the build, and
 * in a checkout by whoever asks first.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { collectShippedPackages } from './licences/collect.ts';

const repository = path.resolve(import.meta.dirname, '..');

/** Returns the file. Texts that several packages share are kept once. */
export function makeLicences(root: string = repository): string {
  const texts: string[] = [];
  const packages = collectShippedPackages(root).map(({ text, integrity: _integrity, ...shipped }) => {
    if (text !== null && !texts.includes(text)) texts.push(text);
    return { ...shipped, textIndex: text === null ? null : texts.indexOf(text) };
  });
  const file = path.join(root, 'out/licences.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify({ packages, texts }));
  renameSync(`${file}.new`, file);
  return file;
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${makeLicences()}\n`);
