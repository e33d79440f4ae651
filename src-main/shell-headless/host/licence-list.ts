/** Whose work this is: the app, what ships with it, TensorFlow's libraries in installed packs, the backbones. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { LicenceEntry, LicenceKind } from '../../contract/payloads.ts';
import { TouchstoneError } from '../../core/errors.ts';
import { installedPacks } from '../../engines/tensorflow/installed-packs.ts';
import { readPackManifest } from '../../engines/tensorflow/pack-manifest.ts';
import type { BackboneManager, LicenceSource } from '../../services/ports/host-ports.ts';

export interface LicenceSourceOptions {
  /** Folder that holds package.json and LICENSE; out/licences.json below it is made by the build. */
  readonly appFolder: string;
  readonly enginesFolder: string;
  readonly shippedBackbones: string;
  readonly backbones: Pick<BackboneManager, 'list'>;
}

const builtSchema = v.object({
  packages: v.array(
    v.object({
      name: v.string(),
      version: v.string(),
      licence: v.string(),
      homepage: v.nullable(v.string()),
      isBundled: v.boolean(),
      textIndex: v.nullable(v.number()),
    }),
  ),
  texts: v.array(v.string()),
});

interface Found extends LicenceEntry {
  readonly readText: () => string | null;
}

/** Reads anew at each call: packs and backbones come and go. */
export function createLicenceSource(options: LicenceSourceOptions): LicenceSource {
  const find = async (): Promise<readonly Found[]> => [
    readApp(options),
    ...readPackages(options),
    ...installedPacks(options.enginesFolder).flatMap(({ folder }) => readPack(folder)),
    ...(await readBackbones(options)),
  ];
  return {
    list: async () => (await find()).map(({ readText: _readText, ...entry }) => entry),
    text: async (kind, name) => {
      const entry = (await find()).find((candidate) => candidate.kind === kind && candidate.name === name);
      if (entry) return entry.readText();
      const message = `Nothing here is called "${name}". "touchstone licences" lists what there is.`;
      throw new TouchstoneError('not-found', message, { details: { kind, name } });
    },
  };
}

function entryOf(kind: LicenceKind, name: string, rest: Omit<Found, 'kind' | 'name' | 'hasText'>): Found {
  return { kind, name, hasText: rest.readText() !== null, ...rest };
}

function readApp({ appFolder }: LicenceSourceOptions): Found {
  const { version, license } = readManifest(appFolder);
  const readText = () => readFile(path.join(appFolder, 'LICENSE'));
  return entryOf('app', 'Touchstone', { version, licence: license, source: null, readText });
}

function readManifest(folder: string): { readonly version: string; readonly license: string } {
  const schema = v.object({ version: v.string(), license: v.string() });
  return v.parse(schema, JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
}

/** In a checkout the list is made when it is first asked for, and again when the packages have changed. */
function readPackages({ appFolder }: LicenceSourceOptions): readonly Found[] {
  const file = path.join(appFolder, 'out/licences.json');
  const script = path.join(appFolder, 'scripts/make-licences.ts');
  const lockfile = path.join(appFolder, 'package-lock.json');
  if (existsSync(script) && existsSync(lockfile) && modifiedAtMs(file) < modifiedAtMs(lockfile))
    spawnSync(process.execPath, [script], { stdio: 'ignore' });
  if (!existsSync(file)) return [];
  const { packages, texts } = v.parse(builtSchema, JSON.parse(readFileSync(file, 'utf8')));
  return packages.map(({ name, version, licence, homepage, textIndex }) =>
    entryOf('package', `${name} ${version}`, {
      ...{ version, licence, source: homepage },
      readText: () => (textIndex === null ? null : (texts[textIndex] ?? null)),
    }),
  );
}

/** One entry per file of licences that the pack brings. */
function readPack(folder: string): readonly Found[] {
  const place = path.join(folder, 'licences');
  if (!existsSync(place)) return [];
  const { version } = readPackManifest(folder);
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(place, file).replaceAll(path.sep, '/');
    const readText = () => readFile(file);
    return entryOf('engine-pack', `${path.basename(folder)}: ${name}`, {
      ...{ version, licence: licenceOfPackFile(name), source: 'https://www.tensorflow.org', readText },
    });
  });
}

/** TensorFlow, and the binding, are under Apache's; NVIDIA's libraries and the notices of third parties name their own. */
function licenceOfPackFile(name: string): string {
  if (/nvidia/i.test(name)) return 'NVIDIA';
  return /third_party/i.test(name) ? 'several' : 'Apache-2.0';
}

async function readBackbones({ backbones, shippedBackbones }: LicenceSourceOptions): Promise<readonly Found[]> {
  const { backbones: all } = await backbones.list();
  return all
    .filter(({ isInstalled }) => isInstalled)
    .map(({ name, title, licence, source, origin }) => {
      const file = path.join(shippedBackbones, 'LICENSE-APACHE-2.0.txt');
      const readText = () => (origin === 'built-in' || licence === 'Apache-2.0' ? readFile(file) : null);
      return entryOf('backbone', `${title} (${name})`, {
        version: '',
        licence: licence ?? 'unknown',
        source,
        readText,
      });
    });
}

function readFile(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function modifiedAtMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
