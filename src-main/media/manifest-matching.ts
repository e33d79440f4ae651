/** Matches the rows of manifests with the files that are there, and finds the rows that contradict each other. */
import { isAbsolute, posix, relative, sep } from 'node:path';
import type { Problem, ProblemKind } from '../core/dataset/sample.ts';
import type { ListedFile } from '../services/ports/dataset-reader.ts';
import type { FolderScan } from './folder-scan.ts';
import type { ManifestRow } from './manifest.ts';

interface Listing {
  readonly label: string;
  readonly place: string;
  isContradicted: boolean;
}

export class ManifestMatching {
  readonly #realFolder: string;
  readonly #scanned: ReadonlySet<string>;
  /** Files that the scan has already complained about. */
  readonly #refused: ReadonlySet<string>;
  readonly #byLooseName = new Map<string, string>();
  readonly #listings = new Map<string, Listing>();
  readonly #listed = new Set<string>();
  readonly #problems: Problem[] = [];

  constructor(realFolder: string, scan: FolderScan) {
    this.#realFolder = realFolder;
    this.#scanned = new Set(scan.files);
    this.#refused = new Set(scan.problems.map(({ path }) => path));
    for (const path of scan.files) this.#byLooseName.set(looseName(path), path);
  }

  /** Takes one row. `base` is the folder that the manifest's paths count from, below the imported one. */
  add(row: ManifestRow, manifestName: string, base: string): void {
    const place = `line ${row.line} of ${manifestName}`;
    if (row.path === '') return this.#addProblem(manifestName, 'missing', `Line ${row.line} names no file.`);
    const wanted = this.#toRelative(row.path, base);
    if (wanted === null) {
      return this.#addProblem(row.path, 'outside-folder', `The path in ${place} leaves the imported folder.`);
    }
    const path = this.#scanned.has(wanted) ? wanted : this.#byLooseName.get(looseName(wanted));
    if (path === undefined) {
      if (!this.#refused.has(wanted)) this.#addProblem(wanted, 'missing', `It is named in ${place}, but is not there.`);
      return;
    }
    this.#addListing(path, row.label, place);
  }

  /** `listed`: every file that a row names, with or without a usable label. */
  result(): { readonly files: ListedFile[]; readonly problems: Problem[]; readonly listed: ReadonlySet<string> } {
    const files = [...this.#listings]
      .filter(([, { isContradicted }]) => !isContradicted)
      .map(([path, { label }]) => ({ path, label }));
    return { files, problems: this.#problems, listed: this.#listed };
  }

  #addListing(path: string, label: string, place: string): void {
    this.#listed.add(path);
    const earlier = this.#listings.get(path);
    if (label === '') this.#addProblem(path, 'no-label', `It has no label in ${place}.`);
    else if (earlier === undefined) this.#listings.set(path, { label, place, isContradicted: false });
    else if (earlier.label === label) {
      this.#addProblem(path, 'duplicate', `It is listed in ${earlier.place} and again, alike, in ${place}.`);
    } else {
      earlier.isContradicted = true;
      const reason = `It is labelled "${earlier.label}" in ${earlier.place}, but "${label}" in ${place}.`;
      this.#addProblem(path, 'listed-twice', reason);
    }
  }

  /** The path relative to the imported folder, or null where it leads out of it. */
  #toRelative(path: string, base: string): string | null {
    const isRooted = isAbsolute(path);
    const way = isRooted ? relative(this.#realFolder, path).split(sep).join('/') : posix.join(base, path);
    const plain = posix.normalize(way);
    return plain === '..' || plain.startsWith('../') || isAbsolute(plain) || plain === '.' ? null : plain;
  }

  #addProblem(path: string, kind: ProblemKind, reason: string): void {
    this.#problems.push({ path, kind, reason });
  }
}

/**
 * For names that differ in spelling only: macOS writes accents as characters of their own where others do not, and manifests
 * made on Windows have backslashes.
 */
function looseName(path: string): string {
  return posix.normalize(path.replaceAll('\\', '/')).normalize('NFC');
}
