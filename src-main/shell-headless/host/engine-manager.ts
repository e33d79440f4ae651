/** Engines of this machine, for the services: packs in the user's data folder, self-checks in a process of their own. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { EngineInstallRequest } from '../../contract/methods.ts';
import type { EngineList, EnginePackView, EngineView } from '../../contract/payloads.ts';
import { fastestFirst, speedWith } from '../../core/engine-check.ts';
import type { EngineCheck, EngineName, InputKind } from '../../core/engine-check.ts';
import { isTouchstoneError, TouchstoneError } from '../../core/errors.ts';
import { knownAbsence, readCheck, writeCheck } from '../../engines/check-records.ts';
import type { CheckedEngine, CheckRecord } from '../../engines/check-records.ts';
import { knownEngines } from '../../engines/known-engines.ts';
import { downloadedBytes, downloadPack } from '../../engines/packs/download-pack.ts';
import { installArchive, installFrom, removePacks } from '../../engines/packs/install-pack.ts';
import { describeDownload } from '../../engines/packs/pack-address.ts';
import type { CheckEngine } from '../../engines/run-check.ts';
import { bestPack, installedPacks } from '../../engines/tensorflow/installed-packs.ts';
import { packVariants, readPackManifest } from '../../engines/tensorflow/pack-manifest.ts';
import type { PackVariant } from '../../engines/tensorflow/pack-manifest.ts';
import type { LongCallOptions } from '../../services/ports/long-calls.ts';
import type { EngineManager } from '../../services/ports/host-ports.ts';
import { buildPack, canBuildPacks } from './build-pack.ts';
import { toTouchstoneError } from '../../media/file-system-errors.ts';

export interface EngineManagerOptions {
  readonly enginesFolder: string;
  readonly check: CheckEngine;
  /** Whether WebGPU computes in a hidden window, and WebAssembly there too where that is faster. */
  readonly hasComputeWindow?: boolean;
  /** Where packs are fetched from; null where nothing is configured. */
  readonly packAddress: () => string | null;
}

export function createEngineManager(options: EngineManagerOptions): EngineManager {
  const { enginesFolder } = options;
  return {
    list: async (askForSizes) => {
      const engines = knownEngines(options).map(({ name, isNative }) => describeEngine(name, isNative, options));
      const downloads = await describeDownloads(options, askForSizes);
      return {
        engines,
        next: chooseNext(engines),
        downloads,
        address: options.packAddress(),
        canBuild: canBuildPacks(),
      };
    },
    install: (request, callOptions) => install(request, options, callOptions),
    remove: async () => {
      const folders = installedPacks(enginesFolder).map(({ folder }) => folder);
      const bytesFreed = folders.reduce((sum, folder) => sum + folderBytes(folder), 0);
      attempt(enginesFolder, () => removePacks(folders, enginesFolder));
      return bytesFreed;
    },
    check: (engines, callOptions) => checkAll(engines, options, callOptions),
  };
}

function describeEngine(name: EngineName, isNative: boolean, options: EngineManagerOptions): EngineView {
  const { enginesFolder } = options;
  let pack: EnginePackView | null = null;
  try {
    pack = name === 'tensorflow' ? describePack(enginesFolder) : null;
  } catch (error) {
    // A damaged pack must not hide the other engines.
    if (!isTouchstoneError(error, 'engine-pack-invalid')) throw error;
    return { name, lastCheck: null, pack, state: 'unavailable', reason: error.message };
  }
  const checked = checkedAs(name, options);
  const record = readCheck(enginesFolder, checked);
  const lastCheck = record?.state === 'ended' ? record.check : null;
  const base = { name, lastCheck, pack };
  if (name === 'tensorflow' && pack === null) {
    const reason = 'No engine pack is installed. "touchstone engines install tensorflow" gets one.';
    return { ...base, state: 'unavailable', reason };
  }
  return { ...base, ...describeState(name, isNative, record, knownAbsence(enginesFolder, checked)) };
}

/** Under which name this host keeps what it found of an engine: that of WebAssembly's faster place. */
function checkedAs(name: EngineName, { enginesFolder, hasComputeWindow }: EngineManagerOptions): CheckedEngine {
  if (hasComputeWindow !== true) return name;
  if (name === 'webgpu') return 'webgpu-window';
  return name === 'wasm' && picturesPerSecond('wasm-window', enginesFolder) > picturesPerSecond('wasm', enginesFolder)
    ? 'wasm-window'
    : name;
}

function picturesPerSecond(name: CheckedEngine, enginesFolder: string): number {
  const record = readCheck(enginesFolder, name);
  return record?.state === 'ended' && record.check.passed ? (record.check.speed.examplesPerSecond ?? 0) : 0;
}

/** By what the last look at it found. */
function describeState(
  name: EngineName,
  isNative: boolean,
  record: CheckRecord | null,
  absence: string | null,
): Pick<EngineView, 'state' | 'reason'> {
  if (absence !== null) return { state: 'unavailable', reason: absence };
  if (record?.state === 'ended') {
    const { passed, failure, reservation } = record.check;
    if (!passed) return { state: 'unavailable', reason: `Its self-check failed: ${failure}` };
    return { state: 'ready', reason: reservation ?? null };
  }
  if (!isNative) return { state: 'ready', reason: null };
  const isUnchecked = record?.state !== 'begun';
  const reason = isUnchecked
    ? `It was not checked yet; the next training does it, or "touchstone engines check ${name}".`
    : `Its last self-check did not end. "touchstone engines check ${name}" tries it again.`;
  return { state: isUnchecked ? 'unchecked' : 'unavailable', reason };
}

/** With vectors, as training does unless another network is asked for; and with pictures, where that is another one. */
function chooseNext(engines: readonly EngineView[]): EngineList['next'] {
  const next = chooseFor('vectors', engines);
  const withPictures = chooseFor('pixels', engines);
  if (next.name === withPictures.name) return next;
  return { ...next, reason: `${next.reason}; networks that train on images take ${withPictures.name}` };
}

function chooseFor(inputs: InputKind, engines: readonly EngineView[]): EngineList['next'] {
  const usable = engines.filter(({ state, lastCheck }) => state !== 'unavailable' && !lastCheck?.reservation);
  const speedOf = ({ lastCheck }: EngineView): number | null =>
    lastCheck === null ? null : speedWith(inputs, lastCheck);
  const [next] = fastestFirst(usable, speedOf);
  if (next === undefined) throw new Error('The engines that are part of the app are always there.');
  const before = engines.slice(0, engines.indexOf(next));
  const slower = before.filter((engine) => usable.includes(engine)).map(({ name }) => name);
  const better = before.filter((engine) => !usable.includes(engine)).map(({ name }) => name);
  const found =
    better.length === 0
      ? 'the best engine there is'
      : `the best that works here; better, but not available: ${better.join(', ')}`;
  const reason = slower.length === 0 ? found : `${found}; measured faster than ${slower.join(', ')}`;
  if (next.state === 'unchecked') {
    const proven = usable.find(({ state }) => state === 'ready');
    return { name: next.name, reason: `${reason}; ${proven?.name ?? 'cpu'} if its self-check fails` };
  }
  return { name: next.name, reason };
}

function describePack(enginesFolder: string): EnginePackView | null {
  const pack = bestPack(installedPacks(enginesFolder));
  if (pack === null) return null;
  const { version, variant, files } = readPackManifest(pack.folder);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { name: path.basename(pack.folder), version, variant, sizeBytes };
}

function downloadFolder({ enginesFolder }: EngineManagerOptions): string {
  return path.join(enginesFolder, '.downloads');
}

async function describeDownloads(options: EngineManagerOptions, ask: boolean): Promise<EngineList['downloads']> {
  const variants = packVariants.filter((variant) => variant === 'cpu' || process.platform === 'linux');
  const address = options.packAddress();
  return Promise.all(
    variants.map(async (variant) => {
      // A list is worth showing without sizes.
      const found = ask && address !== null ? await describeDownload(address, variant).catch(() => null) : null;
      const fetchedBytes = found === null ? 0 : downloadedBytes(found, downloadFolder(options));
      return { variant, sizeBytes: found?.sizeBytes ?? null, fetchedBytes };
    }),
  );
}

async function install(
  { variant, from }: EngineInstallRequest,
  options: EngineManagerOptions,
  callOptions: LongCallOptions = {},
): Promise<EnginePackView> {
  const { enginesFolder } = options;
  let result: EngineCheck | null = null;
  const check = async (folder: string): Promise<void> => {
    result = await options.check({ engine: 'tensorflow', enginesFolder: folder }, callOptions.signal);
    if (!result.passed)
      throw new TouchstoneError(
        'engine-unavailable',
        `The pack does not work here. ${result.failure} Nothing was installed.`,
      );
  };
  const installOptions = { ...callOptions, check };
  if (from?.kind === 'build')
    await installFrom(enginesFolder, installOptions, (folder) => buildPack(variant, folder, callOptions));
  else if (from?.kind === 'file') await installArchive(path.resolve(from.file), enginesFolder, installOptions);
  else {
    const archive = await download(variant, options, callOptions);
    await installArchive(archive, enginesFolder, installOptions);
    rmSync(archive, { force: true });
  }
  if (result !== null)
    writeCheck(enginesFolder, { state: 'ended', engine: 'tensorflow', checkedAtMs: Date.now(), check: result });
  const pack = describePack(enginesFolder);
  if (pack === null) throw new Error('The pack that was just installed is not there.');
  return pack;
}

async function download(
  variant: PackVariant,
  options: EngineManagerOptions,
  callOptions: LongCallOptions,
): Promise<string> {
  const address = options.packAddress();
  if (address === null)
    throw new TouchstoneError(
      'wrong-use',
      'No address for engine packs is configured. Name a pack with --from, build one with --build, or set TOUCHSTONE_ENGINE_PACKS.',
    );
  return downloadPack(
    await describeDownload(address, variant, callOptions.signal),
    downloadFolder(options),
    callOptions,
  );
}

/** An engine that does not start is reported like one that fails; only cancelling ends the list early. */
async function checkAll(
  engines: readonly EngineName[],
  { enginesFolder, check }: EngineManagerOptions,
  { signal, onProgress }: LongCallOptions = {},
): Promise<readonly EngineCheck[]> {
  const checks: EngineCheck[] = [];
  for (const [index, engine] of engines.entries()) {
    onProgress?.({ stage: `Checking ${engine}`, done: index, total: engines.length });
    try {
      checks.push(await check({ engine, enginesFolder }, signal));
    } catch (error) {
      if (!isTouchstoneError(error, 'engine-unavailable')) throw error;
      checks.push(notStarted(engine, error.message));
    }
  }
  return checks;
}

function notStarted(engine: EngineName, failure: string): EngineCheck {
  const speed = { convolutionGflops: 0, examplesPerSecond: null, vectorsPerSecond: null };
  return {
    engine,
    device: '',
    versions: {},
    passed: false,
    failure,
    findings: [],
    speed,
    memoryBytes: 0,
    durationMs: 0,
  };
}

function folderBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

function attempt(folder: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw toTouchstoneError(error, 'write', folder);
  }
}
