/** The BackboneManager port: the backbones of this machine, and those of the catalogue that it could have. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isTouchstoneError, throwIfCancelled, TouchstoneError } from '../../core/errors.ts';
import { fetchedBytes, fetchFile, type RemoteFile } from '../../downloads/fetch-file.ts';
import type { LongCallOptions } from '../../services/ports/long-calls.ts';
import type { BackboneManager, BackboneView } from '../../services/ports/host-ports.ts';
import type { StartWorker } from '../backbone-worker-client.ts';
import { descriptionFile, readBackboneDescription } from '../backbone-description.ts';
import { BackboneFinder } from '../find-backbone.ts';
import { offerProviders } from '../execution-providers.ts';
import { backboneFileName } from './backbone-name.ts';
import { catalogue as knownBackbones, type CatalogueEntry } from './catalogue.ts';
import { tryBackbone } from './try-backbone.ts';

export interface BackboneStoreOptions {
  /** Of those that are part of the app: never written to. */
  readonly shippedFolder: string;
  /** The user's own; made when the first comes. */
  readonly folder: string;
  /** Another place that has the catalogue's files under their names, such as a mirror; null: their own addresses. */
  readonly mirror?: () => string | null;
  readonly catalogue?: readonly CatalogueEntry[];
  readonly startWorker?: StartWorker;
}

export function createBackboneStore(options: BackboneStoreOptions): BackboneManager {
  const { folder, shippedFolder, catalogue = knownBackbones } = options;
  const finder = new BackboneFinder([folder, shippedFolder]);
  const list = () => listBackbones(options, catalogue);
  return {
    list: async () => ({ backbones: await list(), providers: offerProviders() }),
    imageSize: async (name) => (await readBackboneDescription(await finder.file(backboneFileName(name)))).imageSize,
    add: async (file, name, callOptions = {}) => {
      const target = freeName(options, name ?? path.basename(file));
      await addFile(options, path.resolve(file), target, callOptions);
      return requireView(await list(), target);
    },
    download: async (name, callOptions = {}) => {
      const target = freeName(options, name);
      await download(options, requireEntry(catalogue, target), callOptions);
      return requireView(await list(), target);
    },
    remove: async (name) => removeBackbone(options, catalogue, backboneFileName(name)),
  };
}

/** Installed ones first: built in, then the user's; then what can be had. */
async function listBackbones(
  { shippedFolder, folder }: BackboneStoreOptions,
  catalogue: readonly CatalogueEntry[],
): Promise<readonly BackboneView[]> {
  const own = modelNames(folder);
  const shipped = modelNames(shippedFolder).filter((name) => !own.includes(name));
  const isListed = (name: string): boolean => catalogue.some((entry) => entry.name === name);
  const missing = catalogue.filter(({ name }) => !own.includes(name) && !shipped.includes(name));
  return [
    ...(await Promise.all(shipped.map((name) => describe(path.join(shippedFolder, name), 'built-in')))),
    ...(await Promise.all(
      own.map((name) => describe(path.join(folder, name), isListed(name) ? 'catalogue' : 'added')),
    )),
    ...missing.map((entry) => describeEntry(entry, folder)),
  ];
}

function modelNames(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /\.onnx$/i.test(name) && !name.startsWith('.')).toSorted();
}

async function describe(file: string, origin: BackboneView['origin']): Promise<BackboneView> {
  const name = path.basename(file);
  const base = { name, origin, isInstalled: true, sizeBytes: statSync(file).size, fetchedBytes: 0, note: null };
  try {
    const { title, licence, source, imageSize } = await readBackboneDescription(file);
    return { ...base, title: title ?? path.parse(name).name, licence, source, imageSize };
  } catch (error) {
    // A description that is wrong must not hide the other models.
    const note = error instanceof Error ? error.message : String(error);
    return { ...base, title: path.parse(name).name, licence: null, source: null, imageSize: null, note };
  }
}

function describeEntry({ name, file, note, description }: CatalogueEntry, folder: string): BackboneView {
  const { title, licence, source, imageSize = null } = description;
  const sizes = { sizeBytes: file.sizeBytes, fetchedBytes: fetchedBytes(file, downloadTarget(folder, name)) };
  return { name, origin: 'catalogue', isInstalled: false, title, licence, source, imageSize, note, ...sizes };
}

function downloadTarget(folder: string, name: string): string {
  return path.join(folder, '.downloads', name);
}

/** Refuses names that are taken. */
function freeName({ folder, shippedFolder }: BackboneStoreOptions, given: string): string {
  const name = backboneFileName(given);
  const taken = [folder, shippedFolder].some((place) => existsSync(path.join(place, name)));
  if (!taken) return name;
  const message = `There is a backbone ${name} already. Remove it first, or give this one another name.`;
  throw new TouchstoneError('wrong-use', message, { details: { name } });
}

/** Tried in a folder beside, then moved in. */
async function addFile(options: BackboneStoreOptions, file: string, name: string, callOptions: LongCallOptions) {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new TouchstoneError('not-found', `There is no file ${file}. Check the path.`, { details: { file } });
  mkdirSync(options.folder, { recursive: true });
  const beside = mkdtempSync(path.join(options.folder, `.adding-${process.pid}-`));
  try {
    callOptions.onProgress?.({ stage: 'Copying', done: 0, total: null });
    const copy = path.join(beside, name);
    cpSync(file, copy);
    if (existsSync(descriptionFile(file))) cpSync(descriptionFile(file), descriptionFile(copy));
    const imageSize = await tryBackbone(copy, options.startWorker, callOptions).catch((error: unknown) => {
      throw isTouchstoneError(error, 'backbone-invalid') ? ofUsersFile(error, copy, file) : error;
    });
    rememberSize(copy, imageSize);
    moveIn(copy, path.join(options.folder, name));
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** What is wrong with the copy is said of the file that the user named. */
function ofUsersFile(error: TouchstoneError, copy: string, file: string): TouchstoneError {
  const message = error.message.replaceAll(copy, file);
  return new TouchstoneError(error.code, message, { details: { ...error.details, file }, cause: error });
}

async function download(options: BackboneStoreOptions, entry: CatalogueEntry, callOptions: LongCallOptions) {
  const { name, file, description } = entry;
  const target = downloadTarget(options.folder, name);
  await fetchFile(addressed(file, name, options.mirror?.() ?? null), target, callOptions);
  writeFileSync(descriptionFile(target), `${JSON.stringify(description, null, 2)}\n`);
  await tryBackbone(target, options.startWorker, callOptions);
  throwIfCancelled(callOptions.signal);
  moveIn(target, path.join(options.folder, name));
}

function addressed(file: RemoteFile, name: string, mirror: string | null): RemoteFile {
  return mirror === null
    ? file
    : { ...file, address: new URL(name, mirror.endsWith('/') ? mirror : `${mirror}/`).href };
}

/** A size that only the model itself says is written down, so that nobody has to load it to know. */
function rememberSize(model: string, imageSize: number): void {
  const file = descriptionFile(model);
  const fields: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (typeof fields !== 'object' || fields === null || 'imageSize' in fields) return;
  writeFileSync(file, `${JSON.stringify({ ...fields, imageSize }, null, 2)}\n`);
}

/** The description first: a model without its own would compute other vectors. */
function moveIn(from: string, to: string): void {
  if (existsSync(descriptionFile(from))) renameSync(descriptionFile(from), descriptionFile(to));
  renameSync(from, to);
}

function removeBackbone(
  { folder, shippedFolder }: BackboneStoreOptions,
  catalogue: readonly CatalogueEntry[],
  name: string,
): number {
  const file = path.join(folder, name);
  const entry = catalogue.find((candidate) => candidate.name === name);
  const stopped = entry === undefined ? 0 : fetchedBytes(entry.file, downloadTarget(folder, name));
  if (existsSync(file)) {
    const bytesFreed = statSync(file).size;
    rmSync(file);
    rmSync(descriptionFile(file), { force: true });
    return bytesFreed;
  }
  if (stopped > 0) {
    const parts = readdirSync(path.join(folder, '.downloads')).filter((part) => part.endsWith(`-${name}.part`));
    for (const part of parts) rmSync(path.join(folder, '.downloads', part));
    return stopped;
  }
  if (existsSync(path.join(shippedFolder, name)))
    throw new TouchstoneError('wrong-use', `The backbone ${name} is a part of the app and stays.`, {
      details: { name },
    });
  throw new TouchstoneError('not-found', `There is no backbone ${name} here.`, { details: { name } });
}

function requireEntry(catalogue: readonly CatalogueEntry[], name: string): CatalogueEntry {
  const entry = catalogue.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const known = catalogue.map((candidate) => path.parse(candidate.name).name);
  const message = `The catalogue has no ${path.parse(name).name}. It has ${known.join(', ')}; other models are added from a file.`;
  throw new TouchstoneError('not-found', message, { details: { name, known } });
}

function requireView(views: readonly BackboneView[], name: string): BackboneView {
  const view = views.find((candidate) => candidate.name === name);
  if (view?.isInstalled === true) return view;
  throw new Error(`The backbone ${name} was just installed and is not there.`);
}
