/** The advanced settings of a training: what the user changed, and what is wrong with it. Everything else takes its default. */
import { isTouchstoneError } from '../../../src-main/core/errors.ts';
import type { RunSettings } from '../../../src-main/core/reweight/run-settings.ts';
import {
  networksWithDropout,
  residualNetworks,
  validateSettings,
} from '../../../src-main/core/reweight/validate-settings.ts';

const numberFields = [
  'epochs',
  'fineTuneEpochs',
  'batchSize',
  'trustedBatchSize',
  'microBatchSize',
  'learningRate',
  'momentum',
  'weightDecay',
  'dropout',
  'width',
  'imageSize',
  'seed',
] as const;
export type NumberField = (typeof numberFields)[number];

/** The fields that do something for a network. */
export function fieldsOf(network: RunSettings['network']): readonly NumberField[] {
  return numberFields.filter(
    (field) =>
      (field !== 'dropout' || networksWithDropout.includes(network)) &&
      (field !== 'width' || residualNetworks.includes(network)),
  );
}

export type Choices = Partial<
  Pick<RunSettings, 'network' | 'method' | 'weighting' | 'schedule' | 'normalisation' | 'engine' | 'backbone'>
>;

export class TrainingForm {
  /** Of the chosen network; null until they are known. */
  defaults = $state.raw<RunSettings | null>(null);
  choices = $state.raw<Choices>({});
  texts = $state.raw<Partial<Record<NumberField, string>>>({});
  readonly errors = $derived.by<Partial<Record<NumberField, string>>>(() => this.#findErrors());
  readonly isValid = $derived.by(() => Object.keys(this.errors).length === 0);
  readonly isChanged = $derived.by(() => Object.keys(this.settings()).length > 0);

  /** What the field shows: what was typed, else the default. */
  textOf(field: NumberField): string {
    return this.texts[field] ?? (this.defaults ? String(this.defaults[field]) : '');
  }

  choose(choices: Choices): void {
    this.choices = { ...this.choices, ...choices };
  }

  /** Another backbone wants pictures of a size of its own: a size typed for the old one makes no sense for it. */
  chooseBackbone(backbone: string): void {
    this.choose({ backbone });
    const { imageSize: _imageSize, ...texts } = this.texts;
    this.texts = texts;
  }

  type(field: NumberField, text: string): void {
    this.texts = { ...this.texts, [field]: text };
  }

  /** Back to the defaults. */
  clear(): void {
    this.choices = {};
    this.texts = {};
  }

  /** Another network has defaults of its own: what was chosen for the old one's layers and rates makes no sense for it. */
  chooseNetwork(network: RunSettings['network']): void {
    const { method, weighting, engine } = this.choices;
    const kept = Object.entries({ method, weighting, engine }).filter(([, choice]) => choice !== undefined);
    this.choices = { ...(Object.fromEntries(kept) as Choices), network };
    this.texts = {};
  }

  /** What is unlike the defaults, to be sent. */
  settings(): Partial<RunSettings> {
    const { defaults } = this;
    const numbers = numberFields
      .map((field) => [field, parseNumber(this.texts[field])] as const)
      .filter(([field, value]) => value !== null && value !== defaults?.[field]);
    return { ...this.choices, ...Object.fromEntries(numbers) };
  }

  #findErrors(): Partial<Record<NumberField, string>> {
    const errors = numberFields.map((field) => [field, this.#errorOf(field)] as const);
    return Object.fromEntries(errors.filter(([, error]) => error !== ''));
  }

  /** The host's own rule for the field, in its words; empty where the value is allowed. */
  #errorOf(field: NumberField): string {
    const value = parseNumber(this.texts[field]);
    if (value === null || !this.defaults) return '';
    try {
      validateSettings({ ...this.defaults, [field]: value });
      return '';
    } catch (error) {
      if (isTouchstoneError(error)) return Number.isNaN(value) ? 'Give a number.' : adviceOf(error.message);
      throw error;
    }
  }
}

/** What to do: the field's name and value, which the message begins with, are on the page already. */
function adviceOf(message: string): string {
  return message.slice(Math.max(0, message.indexOf('Give ')));
}

/** Null for a field that was not touched, NaN for what is no number. A decimal comma is understood. */
function parseNumber(text: string | undefined): number | null {
  if (text === undefined) return null;
  const plain = text.trim().replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}
