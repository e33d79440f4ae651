/** Refuses settings that no run could follow, in words that name the value and what is allowed. */
import { TouchstoneError } from '../errors.ts';
import type { RunSettings } from './run-settings.ts';
import { engineChoices, methodNames, networkNames, scheduleNames, weightingNames } from './run-settings.ts';

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
  engine: engineChoices,
} as const satisfies Partial<Record<keyof RunSettings, readonly string[]>>;

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
  if (settings.network === 'head' && settings.backbone === '') {
    throw new TouchstoneError(
      'invalid-value',
      'No backbone is named. The network "head" needs one: give its file name.',
    );
  }
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
  const kind = isInteger ? 'an integer' : 'a number';
  const end = isOpen ? `below ${highest}` : `to ${highest}`;
  const message = `The setting ${name} is ${value}. Give ${kind} from ${lowest} ${end}.`;
  throw new TouchstoneError('invalid-value', message, { details: { name, value, lowest, highest } });
}
