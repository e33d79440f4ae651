/**
 * Names for exported files that every file system can hold: Windows reserves some, forbids characters and trailing dots, and like
 * macOS takes names for the same that differ in case or in how accents are spelled.
 */
import type { PlannedName } from '../services/ports/dataset-writer.ts';

/** Longest part of a path in bytes. File systems take 255; the rest is left for numbers and for other programs' endings. */
const longestNameBytes = 200;

/** Written beside the class folders. */
const ownNames = ['manifest.csv'];

const forbiddenCharacters = /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const deviceName = /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\..*)?$/i;

/**
 * Plans `<class>/<file name>` for each file, in the order of `files`. A label with slashes becomes nested folders.
 *
 * Two classes never share a folder and two files never a name, even where case or accents do not count: the later one gets a
 * number. Files that stay in the folder they lie in keep their names before files that move there.
 */
export function planExportNames(
  files: readonly { readonly path: string; readonly label: string }[],
): readonly PlannedName[] {
  const root = new NamedFolder();
  for (const name of ownNames) root.reserve(name);
  const labels = [...new Set(files.map(({ label }) => label))].sort();
  const folders = new Map(labels.map((label) => [label, openFolder(root, label)]));
  const planned: PlannedName[] = new Array<PlannedName>(files.length);
  for (const index of staysFirst(files)) {
    const file = files[index];
    const folder = file && folders.get(file.label);
    if (file && folder) planned[index] = planFile(folder, file);
  }
  return planned;
}

interface OpenFolder {
  readonly folder: NamedFolder;
  readonly path: string;
  readonly renamedBecause: string | null;
}

function openFolder(root: NamedFolder, label: string): OpenFolder {
  let folder = root;
  const parts: string[] = [];
  let renamedBecause: string | null = null;
  for (const part of label.split('/')) {
    const child = folder.child(part);
    folder = child.folder;
    parts.push(child.name);
    renamedBecause ??= child.renamedBecause;
  }
  return { folder, path: parts.join('/'), renamedBecause };
}

function planFile({ folder, path, renamedBecause }: OpenFolder, file: { readonly path: string }): PlannedName {
  const own = folder.take(file.path.slice(file.path.lastIndexOf('/') + 1));
  return { targetPath: `${path}/${own.name}`, renamedBecause: own.renamedBecause ?? renamedBecause };
}

function staysFirst(files: readonly { readonly path: string; readonly label: string }[]): readonly number[] {
  const stays: number[] = [];
  const moves: number[] = [];
  for (const [index, { path, label }] of files.entries()) {
    (path.startsWith(`${label}/`) ? stays : moves).push(index);
  }
  return [...stays, ...moves];
}

/** One folder's names: which are taken, and which folder stands for which part of a label. */
class NamedFolder {
  readonly #taken = new Set<string>();
  readonly #children = new Map<string, { folder: NamedFolder; name: string; renamedBecause: string | null }>();
  /** Where to go on counting for a name that is taken: thousands of files may share one. */
  readonly #nextNumbers = new Map<string, number>();

  reserve(name: string): void {
    this.#taken.add(comparable(name));
  }

  child(part: string): { readonly folder: NamedFolder; readonly name: string; readonly renamedBecause: string | null } {
    const known = this.#children.get(part);
    if (known !== undefined) return known;
    const child = { folder: new NamedFolder(), ...this.take(part) };
    this.#children.set(part, child);
    return child;
  }

  /** A free name as close to `wanted` as possible, which is then taken. */
  take(wanted: string): { readonly name: string; readonly renamedBecause: string | null } {
    const safe = portableName(wanted);
    const renamedBecause = safe === wanted ? null : `"${printable(wanted)}" is not a name that every system can hold`;
    if (!this.#taken.has(comparable(safe))) {
      this.reserve(safe);
      return { name: safe, renamedBecause };
    }
    const name = this.#numbered(safe);
    this.reserve(name);
    return { name, renamedBecause: renamedBecause ?? `"${printable(safe)}" is taken by another file or class` };
  }

  #numbered(name: string): string {
    const { stem, ending } = splitEnding(name);
    const key = comparable(name);
    for (let number = this.#nextNumbers.get(key) ?? 2; ; number += 1) {
      const candidate = `${stem}-${number}${ending}`;
      if (this.#taken.has(comparable(candidate))) continue;
      this.#nextNumbers.set(key, number + 1);
      return candidate;
    }
  }
}

/** Upper before lower case: some letters (the long s, the dotless i) have partners in one direction only. */
function comparable(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase();
}

function portableName(name: string): string {
  const plain = name.toWellFormed().replaceAll(forbiddenCharacters, '_');
  const short = shorten(plain).replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  if (short === '') return '_';
  return deviceName.test(short) ? `_${short}` : short;
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= longestNameBytes) return name;
  const { stem, ending } = splitEnding(name);
  // A label from a manifest may have a million characters: far more than fit are not even looked at.
  const characters = [...stem.slice(0, 2 * longestNameBytes)].slice(0, longestNameBytes);
  while (characters.length > 1 && Buffer.byteLength(characters.join('') + ending) > longestNameBytes) characters.pop();
  return characters.join('') + ending;
}

function splitEnding(name: string): { readonly stem: string; readonly ending: string } {
  const dot = name.lastIndexOf('.');
  const hasEnding = dot > 0 && name.length - dot <= 6;
  return hasEnding ? { stem: name.slice(0, dot), ending: name.slice(dot) } : { stem: name, ending: '' };
}

function printable(name: string): string {
  return name.replaceAll(forbiddenCharacters, (character) =>
    character < ' ' ? JSON.stringify(character).slice(1, -1) : character,
  );
}
