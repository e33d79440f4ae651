/** What a backbone expects and answers: from the small JSON file beside it, completed by what the model says of itself. */
import { readFile } from 'node:fs/promises';
import { TouchstoneError } from '../core/errors.ts';

export type PixelLayout = 'nchw' | 'nhwc';

export interface BackboneDescription {
  /** Names of the model's input and output; null: it has only one. */
  readonly input: string | null;
  readonly output: string | null;
  /** Null: as the input's shape says. */
  readonly layout: PixelLayout | null;
  /** Side in pixels that the model was trained at. */
  readonly imageSize: number;
  /** Per channel, for pixels in [0, 1]: the model gets (pixel - mean) / standardDeviation. */
  readonly mean: Triple;
  readonly standardDeviation: Triple;
}

export type Triple = readonly [number, number, number];

const defaults: BackboneDescription = {
  input: null,
  output: null,
  layout: null,
  imageSize: 224,
  mean: [0.5, 0.5, 0.5],
  standardDeviation: [0.5, 0.5, 0.5],
};

/** Reads `<model>.json` beside `<model>.onnx`; without that file, the defaults. Throws `backbone-invalid` naming the field that is wrong. */
export async function readBackboneDescription(modelFile: string): Promise<BackboneDescription> {
  const file = modelFile.replace(/\.onnx$/i, '') + '.json';
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return defaults;
    throw new TouchstoneError('backbone-invalid', `The description ${file} cannot be read. Check its permissions.`, {
      cause: error,
    });
  }
  return parseBackboneDescription(text, file);
}

/** `file` is only for messages. */
export function parseBackboneDescription(text: string, file: string): BackboneDescription {
  const fields = parseObject(text, file);
  const field = <T>(name: keyof BackboneDescription, isValid: (value: unknown) => value is T, expected: string) => {
    const value = fields[name];
    if (value === undefined) return undefined;
    if (isValid(value)) return value;
    throw invalid(file, `its field "${name}" must be ${expected}`);
  };
  return {
    input: field('input', isText, 'a name') ?? defaults.input,
    output: field('output', isText, 'a name') ?? defaults.output,
    layout: field('layout', isLayout, '"nchw" or "nhwc"') ?? defaults.layout,
    imageSize: field('imageSize', isSize, 'a whole number of pixels') ?? defaults.imageSize,
    mean: field('mean', isTriple, 'three numbers') ?? defaults.mean,
    standardDeviation:
      field('standardDeviation', isPositiveTriple, 'three numbers above 0') ?? defaults.standardDeviation,
  };
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

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function isTriple(value: unknown): value is Triple {
  return Array.isArray(value) && value.length === 3 && value.every((entry) => Number.isFinite(entry));
}

function isPositiveTriple(value: unknown): value is Triple {
  return isTriple(value) && value.every((entry) => entry > 0);
}
