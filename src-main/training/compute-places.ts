/**
 * Where a run of the desktop app can compute: the thread, or a hidden window, which has the graphics card and WebAssembly's threads.
 * Chosen by what the self-checks of each measured with such inputs; what was never measured is measured before the first run.
 */
import { fastestFirst, speedWith } from '../core/engine-check.ts';
import type { EngineDecision, EngineName, InputKind, WindowEngine } from '../core/engine-check.ts';
import { isTouchstoneError } from '../core/errors.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import { isDueForLook, knownAbsence, readCheck } from '../engines/check-records.ts';
import type { CheckedEngine } from '../engines/check-records.ts';
import type { CheckEngine } from '../engines/run-check.ts';
import { installedPacks } from '../engines/tensorflow/installed-packs.ts';

/** `window`: what the window is to compute on; null for the thread, which chooses among its engines itself. */
export interface ComputePlace {
  readonly name: CheckedEngine;
  readonly window: WindowEngine | null;
}

interface KnownPlace extends ComputePlace {
  readonly engine: EngineName;
  readonly label: string;
}

/** Best first, as far as one can tell without measuring: threads have to prove that they are worth a window. */
const knownPlaces: readonly KnownPlace[] = [
  { name: 'tensorflow', engine: 'tensorflow', window: null, label: 'tensorflow' },
  { name: 'webgpu-window', engine: 'webgpu', window: 'webgpu', label: 'webgpu' },
  { name: 'wasm', engine: 'wasm', window: null, label: 'wasm on one thread' },
  { name: 'wasm-window', engine: 'wasm', window: 'wasm', label: 'wasm in a window' },
];

export interface PlaceOptions {
  readonly enginesFolder: string;
  /** Remembers what it finds, in the thread and in the window. */
  readonly check: CheckEngine;
}

export interface PlacesToTry {
  /** In this order; the thread ends it, unless the choice is for a window alone. */
  readonly places: readonly ComputePlace[];
  /** The engine's own words on why it was taken at that place, completed by what speaks for and against the others. */
  explain(decision: EngineDecision, place: ComputePlace, engine: string): EngineDecision;
}

/** Rejects with `cancelled`; a check that fails otherwise leaves its place out. */
export async function choosePlaces(
  choice: EngineChoice,
  inputs: InputKind,
  options: PlaceOptions,
  signal: AbortSignal,
): Promise<PlacesToTry> {
  const wanted = knownPlaces.filter(({ engine }) => choice === 'auto' || engine === choice);
  if (wanted.length > 1) await measureNew(wanted, options, signal);
  const refusal = new Map(wanted.map((place) => [place.name, whyNot(place, options.enginesFolder)]));
  const speedOf = ({ name }: KnownPlace): number | null => measuredSpeed(name, inputs, options.enginesFolder);
  const usable = wanted.length > 1 ? wanted.filter(({ name }) => refusal.get(name) === null) : wanted;
  const order = fastestFirst(usable, speedOf);
  const thread = order.findIndex(({ window }) => window === null);
  const places = thread < 0 ? order : order.slice(0, thread + 1);
  return {
    places: places.length > 0 ? places : [{ name: 'wasm', window: null }],
    explain: (decision, { window }, engine) => {
      const taken = wanted.find((place) => place.window === window && place.engine === engine);
      return taken === undefined ? decision : explain(decision, taken, wanted, refusal, speedOf);
    },
  };
}

/** One look at each engine that has a place of which nothing is known, or nothing that still holds. */
async function measureNew(places: readonly KnownPlace[], options: PlaceOptions, signal: AbortSignal): Promise<void> {
  const { enginesFolder, check } = options;
  const isNew = ({ name }: KnownPlace): boolean =>
    isDueForLook(enginesFolder, name) && (name !== 'tensorflow' || installedPacks(enginesFolder).length > 0);
  for (const engine of new Set(places.filter(isNew).map((place) => place.engine))) {
    try {
      await check({ engine, enginesFolder }, signal);
    } catch (error) {
      if (isTouchstoneError(error, 'cancelled')) throw error;
    }
  }
}

/** Null where it can be taken. The thread always can: with WebAssembly if with nothing else. */
function whyNot({ name, window }: KnownPlace, enginesFolder: string): string | null {
  if (name === 'tensorflow' && installedPacks(enginesFolder).length === 0)
    return 'No TensorFlow engine pack is installed. "touchstone engines install tensorflow" gets one.';
  if (window === null) return null;
  const absence = knownAbsence(enginesFolder, name);
  if (absence !== null) return absence;
  const record = readCheck(enginesFolder, name);
  if (record?.state !== 'ended') return null;
  const { passed, failure, reservation } = record.check;
  return passed ? (reservation ?? null) : `Its self-check failed: ${failure ?? 'no reason given'}`;
}

function measuredSpeed(name: CheckedEngine, inputs: InputKind, enginesFolder: string): number | null {
  const record = readCheck(enginesFolder, name);
  return record?.state === 'ended' && record.check.passed ? speedWith(inputs, record.check) : null;
}

function explain(
  { reason, passedOver }: EngineDecision,
  taken: KnownPlace,
  wanted: readonly KnownPlace[],
  refusal: ReadonlyMap<CheckedEngine, string | null>,
  speedOf: (place: KnownPlace) => number | null,
): EngineDecision {
  const speed = speedOf(taken);
  const others = wanted.filter(({ name }) => name !== taken.name);
  const measured = others.flatMap((other) => {
    const otherSpeed = speedOf(other);
    // What the thread compares among its own engines it says itself.
    if (speed === null || otherSpeed === null || (taken.window === null && other.window === null)) return [];
    return refusal.get(other.name) === null
      ? [`${(speed / otherSpeed).toFixed(1)} times as fast as ${other.label}`]
      : [];
  });
  const better = wanted.slice(0, wanted.indexOf(taken));
  const refused = better.flatMap(({ name, engine }) => {
    const why = refusal.get(name) ?? null;
    return why === null ? [] : [{ engine, reason: why }];
  });
  const known = new Set<string>(refused.map(({ engine }) => engine));
  return {
    reason: measured.length === 0 ? reason : `${reason} Measured here ${measured.join(', ')}.`,
    passedOver: [
      ...refused,
      // In the thread WebGPU refuses by pointing to the window, about which all is said.
      ...passedOver.filter(({ engine }) => !known.has(engine) && engine !== 'webgpu'),
    ],
  };
}
