/** Refuses settings that no run could follow, in words that name the value and what is allowed. */
import { TouchstoneError } from '../errors.ts';
import type { NetworkName, RunSettings } from './run-settings.ts';
import {
  engineChoices,
  methodNames,
  networkNames,
  normalisationNames,
  scheduleNames,
  weightingNames,
} from './run-settings.ts';

interface NumberRule {
  readonly lowest: number;
  readonly highest: number;
  readonly isInteger: boolean;
  /** The highest value itself is not allowed. */
  readonly isOpen?: boolean;
}

/** Upper limits are far beyond sense; they catch a mistyped unit before it fills the memory. */
const numberRules = {
  epochs: { lowest: 1, highest: 10_000, isInteger: true },
  batchSize: { lowest: 1, highest: 10_000, isInteger: true },
  trustedBatchSize: { lowest: 1, highest: 10_000, isInteger: true },
  learningRate: { lowest: 1e-8, highest: 100, isInteger: false },
  momentum: { lowest: 0, highest: 1, isInteger: false, isOpen: true },
  weightDecay: { lowest: 0, highest: 1, isInteger: false },
  dropout: { lowest: 0, highest: 1, isInteger: false, isOpen: true },
  width: { lowest: 0.1, highest: 4, isInteger: false },
  microBatchSize: { lowest: 0, highest: 10_000, isInteger: true },
  seed: { lowest: 0, highest: 2 ** 32 - 1, isInteger: true },
} as const satisfies Partial<Record<keyof RunSettings, NumberRule>>;

/** What each network can take in; for `head` the backbone decides, and these are limits of sense. */
const imageSizeRules = {
  head: { lowest: 8, highest: 1024, isInteger: true },
  lenet: { lowest: 28, highest: 1024, isInteger: true },
  'small-cnn': { lowest: 28, highest: 128, isInteger: true },
  'resnet-32': { lowest: 16, highest: 128, isInteger: true },
  'resnet-18': { lowest: 16, highest: 512, isInteger: true },
  'wrn-28-10': { lowest: 16, highest: 128, isInteger: true },
} as const satisfies Record<RunSettings['network'], NumberRule>;

const choiceRules = {
  network: networkNames,
  method: methodNames,
  weighting: weightingNames,
  schedule: scheduleNames,
  normalisation: normalisationNames,
  engine: engineChoices,
} as const satisfies Partial<Record<keyof RunSettings, readonly string[]>>;

/** Networks that have what these settings change. Elsewhere they stay at 0, 1 and `batch`. */
export const networksWithDropout: readonly NetworkName[] = ['head', 'wrn-28-10'];
export const residualNetworks: readonly NetworkName[] = ['resnet-32', 'resnet-18', 'wrn-28-10'];
/** More would be no schedule any more. */
const mostRateDrops = 10;

/** Throws `invalid-value` for the first setting that is out of its range. */
export function validateSettings(settings: RunSettings): void {
  checkChoices(settings);
  for (const [name, rule] of Object.entries(numberRules)) {
    checkNumber(name, settings[name as keyof typeof numberRules], rule);
  }
  // An epoch of the method comes first.
  checkNumber('fineTuneEpochs', settings.fineTuneEpochs, { lowest: 0, highest: settings.epochs - 1, isInteger: true });
  checkNumber('imageSize', settings.imageSize, imageSizeRules[settings.network]);
  const { shiftPixels } = settings.augmentation;
  checkNumber('augmentation.shiftPixels', shiftPixels, { lowest: 0, highest: settings.imageSize / 2, isInteger: true });
  checkNetworkParts(settings);
  checkRateDrops(settings.rateDrops);
  if (settings.method === 'smote' && settings.network !== 'head') {
    const message = `The method smote invents samples between embeddings and needs the network head, not ${settings.network}. Choose over-sampling for images.`;
    throw new TouchstoneError('invalid-value', message, { details: { name: 'method', value: settings.method } });
  }
  if (settings.network === 'head' && settings.backbone === '') {
    throw new TouchstoneError(
      'invalid-value',
      'No backbone is named. The network "head" needs one: give its file name.',
    );
  }
}

/** A setting that the network does not have must not look as if it did something. */
function checkNetworkParts({ network, dropout, width, normalisation }: RunSettings): void {
  const refuse = (name: string, value: number | string, only: number | string): never => {
    const message = `The setting ${name} is ${value}, but the network ${network} has nothing that it could change. Leave it at ${only}.`;
    throw new TouchstoneError('invalid-value', message, { details: { name, value, network } });
  };
  if (dropout !== 0 && !networksWithDropout.includes(network)) refuse('dropout', dropout, 0);
  if (width !== 1 && !residualNetworks.includes(network)) refuse('width', width, 1);
  if (normalisation !== 'batch' && !residualNetworks.includes(network)) refuse('normalisation', normalisation, 'batch');
}

function checkRateDrops(drops: readonly number[]): void {
  const isRising = drops.every((drop, index) => drop > (drops[index - 1] ?? 0) && drop < 1);
  if (isRising && drops.length <= mostRateDrops) return;
  const message = `The setting rateDrops is ${drops.join(', ')}. Give at most ${mostRateDrops} shares of the run between 0 and 1, each larger than the one before.`;
  throw new TouchstoneError('invalid-value', message, { details: { name: 'rateDrops', value: drops.join(', ') } });
}

function checkChoices(settings: RunSettings): void {
  for (const [name, allowed] of Object.entries(choiceRules)) {
    const value: string = settings[name as keyof typeof choiceRules];
    if (allowed.some((choice) => choice === value)) continue;
    const message = `The setting ${name} is "${value}". Choose one of ${allowed.join(', ')}.`;
    throw new TouchstoneError('invalid-value', message, { details: { name, value, allowed: [...allowed] } });
  }
}

function checkNumber(name: string, value: number, rule: NumberRule): void {
  const { lowest, highest, isInteger, isOpen = false } = rule;
  const isBelow = isOpen ? value < highest : value <= highest;
  if (value >= lowest && isBelow && (!isInteger || Number.isInteger(value))) return;
  const kind = isInteger ? 'a whole number' : 'a number';
  const end = isOpen ? `below ${highest}` : `to ${highest}`;
  const message = `The setting ${name} is ${value}. Give ${kind} from ${lowest} ${end}.`;
  throw new TouchstoneError('invalid-value', message, { details: { name, value, lowest, highest } });
}
