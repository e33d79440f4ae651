/**
 * Reads the few values that are kept as JSON. The project file is untrusted input, so every field is checked.
 */
import { TouchstoneError } from '../core/errors.ts';
import { shortScheduleDrops } from '../core/reweight/learning-rate.ts';
import {
  engineChoices,
  methodNames,
  networkNames,
  normalisationNames,
  scheduleNames,
  weightingNames,
  type RunSettings,
} from '../core/reweight/run-settings.ts';

type JsonObject = Readonly<Record<string, unknown>>;

function unreadable(what: string): TouchstoneError {
  return new TouchstoneError(
    'project-damaged',
    `The project file holds ${what} that cannot be understood. Put back a backup of the project's folder.`,
    { details: { what } },
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(what);
  }
}

function objectOf(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw unreadable(what);
  return value;
}

function numberOf(object: JsonObject, name: string): number {
  const value = object[name];
  if (typeof value !== 'number') throw unreadable(`a run's setting "${name}"`);
  return value;
}

function numbersOf(object: JsonObject, name: string): readonly number[] {
  const value = object[name];
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'number');
  if (!isList) throw unreadable(`a run's setting "${name}"`);
  return value;
}

function textOf(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value !== 'string') throw unreadable(`a run's setting "${name}"`);
  return value;
}

function oneOf<Name extends string>(object: JsonObject, name: string, allowed: readonly Name[]): Name {
  const found = allowed.find((candidate) => candidate === object[name]);
  if (found === undefined) throw unreadable(`a run's setting "${name}"`);
  return found;
}

/** What networks dropped while it was no setting. */
const earlierDropout: Readonly<Record<string, number>> = { head: 0.5, 'wrn-28-10': 0.3 };

/** Throws `project-damaged` and names the setting that is missing or of the wrong kind. */
export function parseRunSettings(text: string): RunSettings {
  const settings = objectOf(parse(text, "a run's settings"), "a run's settings");
  const augmentation = objectOf(settings['augmentation'], 'a run\'s setting "augmentation"');
  return {
    network: oneOf(settings, 'network', networkNames),
    method: oneOf(settings, 'method', methodNames),
    weighting: oneOf(settings, 'weighting', weightingNames),
    epochs: numberOf(settings, 'epochs'),
    // Runs from before there was fine-tuning do not mention it.
    fineTuneEpochs: 'fineTuneEpochs' in settings ? numberOf(settings, 'fineTuneEpochs') : 0,
    batchSize: numberOf(settings, 'batchSize'),
    trustedBatchSize: numberOf(settings, 'trustedBatchSize'),
    learningRate: numberOf(settings, 'learningRate'),
    momentum: numberOf(settings, 'momentum'),
    weightDecay: numberOf(settings, 'weightDecay'),
    schedule: oneOf(settings, 'schedule', scheduleNames),
    // The five below came later, too. Runs without them did as these values say.
    rateDrops: 'rateDrops' in settings ? numbersOf(settings, 'rateDrops') : shortScheduleDrops,
    normalisation: 'normalisation' in settings ? oneOf(settings, 'normalisation', normalisationNames) : 'batch',
    dropout: 'dropout' in settings ? numberOf(settings, 'dropout') : (earlierDropout[String(settings['network'])] ?? 0),
    width: 'width' in settings ? numberOf(settings, 'width') : 1,
    microBatchSize: 'microBatchSize' in settings ? numberOf(settings, 'microBatchSize') : 0,
    imageSize: numberOf(settings, 'imageSize'),
    augmentation: { shiftPixels: numberOf(augmentation, 'shiftPixels'), mirror: augmentation['mirror'] === true },
    seed: numberOf(settings, 'seed'),
    engine: oneOf(settings, 'engine', engineChoices),
    backbone: textOf(settings, 'backbone'),
  };
}

/** Throws `project-damaged` where the text is not a list of numbers. */
export function parseNumbers(text: string, what: string, largest: number = Number.MAX_SAFE_INTEGER): readonly number[] {
  const values = parse(text, what);
  if (!Array.isArray(values)) throw unreadable(what);
  return values.map((value: unknown) => {
    if (typeof value !== 'number' || value > largest) throw unreadable(what);
    return value;
  });
}
