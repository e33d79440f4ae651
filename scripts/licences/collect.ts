/**
 * Every package that ships with the app, out of node_modules and the lockfile: what `dependencies` bring, and what the pages are
 * bundled from. For the list of licences (scripts/make-licences.ts) and for a bill of materials.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX writes it where the package does; "unknown" where it says nothing. */
  readonly licence: string;
  readonly homepage: string | null;
  /** The text of its licence files; null where it brings none. */
  readonly text: string | null;
  /** True for those that are only bundled into the pages. */
  readonly isBundled: boolean;
  /** SHA-512 of the package's archive as the lockfile has it (`sha512-...`); null where it has none. */
  readonly integrity: string | null;
}

/** Development packages whose code ends up in the pages; src-renderer imports them. */
const bundledRoots = ['svelte', 'bits-ui', 'chart.js', '@internationalized/date', '@iconify-json/lucide', 'electron'];

/** Node itself, which runs the command line, is fetched by npm for the user and not part of an installer. */
const leftOut = /^node-(bin-)?(linux|darwin|win)-/;

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, LockEntry>>;

/** root: folder of the checkout, with node_modules. In order of names. Packages for other systems are left out. */
export function collectShippedPackages(root: string): readonly ShippedPackage[] {
  const lock = (readJson(path.join(root, 'package-lock.json')) as { readonly packages: Lock }).packages;
  const manifest = readJson(path.join(root, 'package.json')) as LockEntry;
  const own = reach(lock, Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
  const bundled = reach(lock, bundledRoots);
  const places = [...new Set([...own, ...bundled])].filter((place) =>
    existsSync(path.join(root, place, 'package.json')),
  );
  const packages = places
    .map((place) => describe(root, place, lock[place] ?? {}, !own.has(place)))
    .filter(({ name }) => !leftOut.test(name));
  const byName = new Map(packages.map((shipped) => [`${shipped.name} ${shipped.version}`, shipped]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, shipped]) => shipped);
}

/** Places in node_modules of the packages and of all that they need. */
function reach(lock: Lock, roots: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open: (readonly [name: string, from: string])[] = roots.map((name) => [name, '']);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const place = resolve(lock, ...next);
    if (place === null || found.has(place)) continue;
    found.add(place);
    const entry = lock[place];
    const needed = Object.keys({ ...entry?.dependencies, ...entry?.optionalDependencies });
    for (const name of place.endsWith('/electron') ? [] : needed) open.push([name, place]);
  }
  return found;
}

/** As Node looks for a package: in the node_modules of the one that needs it, then of the folders above. */
function resolve(lock: Lock, name: string, from: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (lock[place] !== undefined) return place;
    if (folder === '') return null;
  }
}

function describe(root: string, place: string, entry: LockEntry, isBundled: boolean): ShippedPackage {
  const folder = path.join(root, place);
  const manifest = readJson(path.join(folder, 'package.json')) as Record<string, unknown>;
  const { name: ownName, version } = manifest as { readonly name?: string; readonly version?: string };
  const name = ownName ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const text = licenceText(folder);
  return {
    name,
    version: version ?? entry.version ?? '',
    licence: licenceOf(manifest) ?? licenceByText(text) ?? 'unknown',
    homepage: homepageOf(manifest),
    text,
    isBundled,
    integrity: entry.integrity ?? null,
  };
}

function licenceOf(manifest: Record<string, unknown>): string | null {
  const { license, licenses } = manifest;
  if (typeof license === 'string') return license;
  const first: unknown = Array.isArray(licenses) ? licenses[0] : license;
  if (typeof first === 'object' && first !== null && 'type' in first) return String(first.type);
  return null;
}

/** For packages that say it in a file alone. */
function licenceByText(text: string | null): string | null {
  if (text !== null && /^\s*(The )?MIT License/i.test(text)) return 'MIT';
  return text !== null && /^\s*Apache License/i.test(text) ? 'Apache-2.0' : null;
}

function homepageOf({ homepage, repository }: Record<string, unknown>): string | null {
  if (typeof homepage === 'string') return homepage;
  const address =
    typeof repository === 'object' && repository !== null && 'url' in repository ? repository.url : repository;
  return typeof address === 'string' ? address.replace(/^git\+/, '').replace(/\.git$/, '') : null;
}

/** LICENSE, LICENCE.txt, COPYING, NOTICE, ThirdPartyNotices, ... */
function licenceText(folder: string): string | null {
  const names = readdirSync(folder).filter((name) =>
    /^(licen[sc]es?|copying|notice|third[-_ ]?party)[^/]*(\.(md|txt|markdown))?$/i.test(name),
  );
  const texts = names.toSorted().map((name) => {
    const file = path.join(folder, name);
    return path.extname(name) === '' || /\.(md|txt|markdown)$/i.test(name) ? readText(file) : null;
  });
  const found = texts.filter((text) => text !== null && text !== '');
  return found.length === 0 ? null : found.join('\n\n');
}

/** Null for a folder of that name. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
