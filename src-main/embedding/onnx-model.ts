/** An ONNX file as a session that takes pictures: which input, which output, in which order, and whether they fit at all. */
import './no-telemetry.ts';
import { readFile } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';
import { TouchstoneError } from '../core/errors.ts';
import {
  defaultImageSize,
  readBackboneDescription,
  type BackboneDescription,
  type PixelLayout,
} from './backbone-description.ts';
import { withInnerOutput } from './inner-output.ts';

export type TensorDescription = InferenceSession.TensorValueMetadata;

/** A loaded model whose parts were checked to fit. */
export interface OnnxModel {
  readonly file: string;
  readonly session: InferenceSession;
  readonly description: BackboneDescription;
  readonly input: TensorDescription;
  readonly inputType: InputType;
  readonly outputName: string;
  readonly layout: PixelLayout;
  /** 3, or 1 for models of grey pictures. */
  readonly channels: 1 | 3;
  /** Pictures that it takes at once; null: any number. */
  readonly batchSize: number | null;
  /** Side in pixels that it is meant for. */
  readonly imageSize: number;
}

export interface ModelOptions {
  /** As onnxruntime calls it: `cpu`, `webgpu`, `dml`, `coreml`, `cuda`. */
  readonly provider: string;
  /** Threads that a batch is computed with. */
  readonly threads: number;
}

const inputTypes = ['float32', 'float16', 'uint8'] as const;
export type InputType = (typeof inputTypes)[number];

/** Throws `backbone-invalid` for a file that is no ONNX model, or one that does not take pictures. */
export async function loadOnnxModel(file: string, options: ModelOptions): Promise<OnnxModel> {
  const description = await readBackboneDescription(file);
  const session = await openSession(file, description.output, options);
  const input = chooseInput(file, session, description.input);
  const inputType = inputTypes.find((type) => type === input.type);
  if (inputType === undefined || input.shape.length !== 4)
    throw invalid(
      file,
      `its input "${input.name}" is ${describeTensor(input)}, not an image [batch, 3, height, width]`,
    );
  const { layout, channels } = findLayout(file, input, description.layout);
  const sizes = layout === 'nchw' ? input.shape.slice(2) : input.shape.slice(1, 3);
  const fixedSize = sizes.find((side) => typeof side === 'number' && side > 0);
  return {
    ...{ file, session, description, input, inputType, layout, channels },
    outputName: chooseOutput(file, session, description.output),
    batchSize: typeof input.shape[0] === 'number' && input.shape[0] > 0 ? input.shape[0] : null,
    imageSize: description.imageSize ?? (typeof fixedSize === 'number' ? fixedSize : defaultImageSize),
  };
}

/** Throws `backbone-invalid` where the model cannot take pictures of this size. */
export function requireSize({ file, input, layout, channels, description }: OnnxModel, size: number): void {
  const shape = layout === 'nchw' ? [channels, size, size] : [size, size, channels];
  const fits = input.shape.slice(1).every((length, index) => typeof length !== 'number' || length === shape[index]);
  if (!fits)
    throw invalid(
      file,
      `it takes ${describeTensor(input)}, not ${size} x ${size} pixels in batches; choose its image size`,
    );
  const { sizeMultiple } = description;
  if (size % sizeMultiple !== 0)
    throw invalid(file, `it takes sizes that are multiples of ${sizeMultiple}, not ${size}; choose another image size`);
}

function describeTensor({ type, shape }: TensorDescription): string {
  return `${type} [${shape.join(', ')}]`;
}

export function invalid(file: string, reason: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError(
    'backbone-invalid',
    `The backbone ${file} cannot be used: ${reason}. Choose another model.`,
    {
      details: { file },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** With the wanted output among its outputs, be it a tensor inside of the model. */
async function openSession(file: string, output: string | null, options: ModelOptions): Promise<InferenceSession> {
  const session = await create(file, file, options);
  if (output === null || session.outputNames.includes(output)) return session;
  const known = session.outputNames.map((name) => `"${name}"`).join(', ');
  await session.release();
  const bytes = withInnerOutput(await readFile(file), output);
  return create(bytes, file, options).catch((error: unknown) => {
    throw invalid(file, `it has no output "${output}", only ${known}, and no tensor of that name inside`, error);
  });
}

async function create(
  model: string | Uint8Array,
  file: string,
  { provider, threads }: ModelOptions,
): Promise<InferenceSession> {
  const options = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // Its threads would wait for the next batch in a loop, on the cores that decode that batch.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // Warnings about graph details are no concern of the user's terminal.
    logSeverityLevel: 4,
  } as const;
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  } catch (error) {
    throw invalid(file, `onnxruntime cannot load it (${messageOf(error)})`, error);
  }
}

function chooseInput(file: string, { inputMetadata }: InferenceSession, name: string | null): TensorDescription {
  const names = inputMetadata.map((value) => `"${value.name}"`).join(', ');
  if (inputMetadata.length > 1)
    throw invalid(file, `it has ${inputMetadata.length} inputs (${names}); only models of one input, an image, work`);
  const [chosen] = inputMetadata;
  if (chosen?.isTensor !== true) throw invalid(file, 'its input is no tensor');
  if (name !== null && chosen.name !== name) throw invalid(file, `it has no input "${name}", only ${names}`);
  return chosen;
}

/** The named output, or the only one. */
function chooseOutput(file: string, { outputNames }: InferenceSession, name: string | null): string {
  if (name !== null) return name;
  const [only] = outputNames;
  if (only !== undefined && outputNames.length === 1) return only;
  const names = outputNames.map((output) => `"${output}"`).join(', ');
  throw invalid(file, `it has ${outputNames.length} outputs (${names}); name one in the .json file beside it`);
}

/** Where the channels stand: where the shape says 3, or 1 for grey pictures. */
function findLayout(
  file: string,
  input: TensorDescription,
  given: PixelLayout | null,
): { readonly layout: PixelLayout; readonly channels: 1 | 3 } {
  const { shape } = input;
  for (const channels of [3, 1] as const) {
    if (shape[1] === channels && given !== 'nhwc') return { layout: 'nchw', channels };
    if (shape[3] === channels && given !== 'nchw') return { layout: 'nhwc', channels };
  }
  if (given !== null) return { layout: given, channels: 3 };
  throw invalid(
    file,
    `the shape of its input is ${describeTensor(input)}; say its "layout" in the .json file beside it`,
  );
}
