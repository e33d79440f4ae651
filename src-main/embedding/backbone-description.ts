/** What a backbone expects and answers: from the small JSON file beside it, completed by what the model says of itself. */
import { readFile } from 'node:fs/promises';
import { TouchstoneError } from '../core/errors.ts';

export type PixelLayout = 'nchw' | 'nhwc';

/** What becomes of an output of several vectors per picture: their mean, or the first (the class token of a transformer). */
const poolings = ['mean', 'first'] as const;
export type Pooling = (typeof poolings)[number];

export interface BackboneDescription {
  /** Names of the model's input and output; null: it has only one. The output may be any tensor inside of the model. */
  readonly input: string | null;
  readonly output: string | null;
  /** Null: as the input's shape says. */
  readonly layout: PixelLayout | null;
  /** Null: the mean over a plane, the first of a sequence. */
  readonly pooling: Pooling | null;
  /** Side in pixels that the model was trained at; null: as the input's shape says, else 224. */
  readonly imageSize: number | null;
  /** The side must be a multiple of this. */
  readonly sizeMultiple: number;
  /** Per channel, for pixels in [0, 1]: the model gets (pixel - mean) / standardDeviation. */
  readonly mean: Triple;
  readonly standardDeviation: Triple;
}

export type Triple = readonly [number, number, number];

/** For people; decides nothing. */
export interface BackboneNotes {
  readonly title: string | null;
  readonly licence: string | null;
  readonly source: string | null;
}

export const defaultImageSize = 224;

const defaults: BackboneDescription = {
  input: null,
  output: null,
  layout: null,
  pooling: null,
  imageSize: null,
  sizeMultiple: 1,
  mean: [0.5, 0.5, 0.5],
  standardDeviation: [0.5, 0.5, 0.5],
};

/** `<model>.json` of `<model>.onnx`. */
export function descriptionFile(modelFile: string): string {
  return `${modelFile.replace(/\.onnx$/i, '')}.json`;
}

/** Reads the description beside the model; without that file, the defaults. Throws `backbone-invalid` naming the field that is wrong. */
export async function readBackboneDescription(modelFile: string): Promise<BackboneDescription & BackboneNotes> {
  const file = descriptionFile(modelFile);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return parseBackboneDescription('{}', file);
    throw new TouchstoneError('backbone-invalid', `The description ${file} cannot be read. Check its permissions.`, {
      cause: error,
    });
  }
  return parseBackboneDescription(text, file);
}

/** `file` is only for messages. */
export function parseBackboneDescription(text: string, file: string): BackboneDescription & BackboneNotes {
  const fields = parseObject(text, file);
  const field = <T>(
    name: keyof BackboneDescription | keyof BackboneNotes,
    isValid: (value: unknown) => value is T,
    expected: string,
  ) => {
    const value = fields[name];
    if (value === undefined) return undefined;
    if (isValid(value)) return value;
    throw invalid(file, `its field "${name}" must be ${expected}`);
  };
  return {
    input: field('input', isText, 'a name') ?? defaults.input,
    output: field('output', isText, 'a name') ?? defaults.output,
    layout: field('layout', isLayout, '"nchw" or "nhwc"') ?? defaults.layout,
    pooling: field('pooling', isPooling, '"mean" or "first"') ?? defaults.pooling,
    imageSize: field('imageSize', isSize, 'a whole number of pixels') ?? defaults.imageSize,
    sizeMultiple: field('sizeMultiple', isSize, 'a whole number of pixels') ?? defaults.sizeMultiple,
    mean: field('mean', isTriple, 'three numbers') ?? defaults.mean,
    standardDeviation:
      field('standardDeviation', isPositiveTriple, 'three numbers above 0') ?? defaults.standardDeviation,
    title: field('title', isText, 'text') ?? null,
    licence: field('licence', isText, 'text') ?? null,
    source: field('source', isText, 'text') ?? null,
  };
}

/** What decides the vectors of a description, as text: its notes do not. */
export function describeComputation(description: BackboneDescription): string {
  const { input, output, layout, pooling, mean, standardDeviation } = description;
  return JSON.stringify({ input, output, layout, pooling, mean, standardDeviation });
}

function parseObject(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalid(file, 'it is not a JSON object');
}

function invalid(file: string, reason: string): TouchstoneError {
  return new TouchstoneError(
    'backbone-invalid',
    `The description ${file} is not valid: ${reason}. Correct it or remove it.`,
    {
      details: { file },
    },
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isLayout(value: unknown): value is PixelLayout {
  return value === 'nchw' || value === 'nhwc';
}

function isPooling(value: unknown): value is Pooling {
  return poolings.some((pooling) => pooling === value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function isTriple(value: unknown): value is Triple {
  return Array.isArray(value) && value.length === 3 && value.every((entry) => Number.isFinite(entry));
}

function isPositiveTriple(value: unknown): value is Triple {
  return isTriple(value) && value.every((entry) => entry > 0);
}
