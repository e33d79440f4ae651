/**
 * An ONNX model that turns pictures into vectors. onnxruntime computes in threads of its own but blocks the one that calls it, so
 * this is used in a worker only (`backbone-worker.ts`).
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { TouchstoneError } from '../core/errors.ts';
import { readBackboneDescription, type BackboneDescription, type PixelLayout } from './backbone-description.ts';
import { toModelInput } from './model-input.ts';

export interface BackboneOptions {
  /** Threads that a batch is computed with. */
  readonly threads: number;
}

/** The parts of a model that were checked to fit. */
interface Model {
  readonly file: string;
  readonly session: InferenceSession;
  readonly description: BackboneDescription;
  readonly input: InferenceSession.TensorValueMetadata;
  readonly output: InferenceSession.TensorValueMetadata;
  readonly layout: PixelLayout;
}

export class OnnxBackbone {
  readonly #model: Model;

  private constructor(model: Model) {
    this.#model = model;
  }

  /** Throws `backbone-invalid` for a file that is no ONNX model, or one that does not take pictures and give vectors. */
  static async load(file: string, options: BackboneOptions): Promise<OnnxBackbone> {
    const description = await readBackboneDescription(file);
    const session = await openSession(file, options);
    const input = chooseValue(file, 'input', session.inputMetadata, description.input);
    const output = chooseValue(file, 'output', session.outputMetadata, description.output);
    if (input.type !== 'float32' || input.shape.length !== 4) {
      throw invalid(
        file,
        `its input "${input.name}" is ${describe(input)}, not a float32 picture [batch, 3, height, width]`,
      );
    }
    const layout = description.layout ?? layoutOf(file, input);
    return new OnnxBackbone({ file, session, description, input, output, layout });
  }

  /**
   * pixels: uint8 RGB [B, S, S, 3] -> float32 vectors [B, D]. Throws `backbone-invalid` where the model cannot take this size or
   * answers anything but finite vectors.
   */
  async embed(
    pixels: Uint8Array,
    size: number,
  ): Promise<{ readonly vectors: Float32Array; readonly dimensions: number }> {
    const { session, description, input, output, layout, file } = this.#model;
    const count = pixels.length / (3 * size * size);
    const shape = layout === 'nchw' ? [count, 3, size, size] : [count, size, size, 3];
    requireShape(file, input, shape, size);
    const tensor = new Tensor('float32', toModelInput(pixels, size * size, layout, description), shape);
    const answer = (await this.#run(session, { [input.name]: tensor }, output.name))[output.name];
    const vectors = answer?.data;
    if (!(vectors instanceof Float32Array) || answer?.dims.length !== 2 || answer.dims[0] !== count) {
      throw invalid(
        file,
        `its output "${output.name}" is ${answer?.type} [${answer?.dims.join(', ')}], not float32 [${count}, D]`,
      );
    }
    if (!vectors.every(Number.isFinite)) throw invalid(file, 'it answers numbers that are not finite');
    return { vectors, dimensions: answer.dims[1] ?? 0 };
  }

  async release(): Promise<void> {
    await this.#model.session.release();
  }

  async #run(session: InferenceSession, feeds: InferenceSession.FeedsType, output: string) {
    try {
      return await session.run(feeds, [output]);
    } catch (error) {
      throw invalid(this.#model.file, `it fails on a picture (${messageOf(error)})`, error);
    }
  }
}

async function openSession(file: string, { threads }: BackboneOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      // Warnings about graph details are no concern of the user's terminal.
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw invalid(file, `onnxruntime cannot load it (${messageOf(error)})`, error);
  }
}

/** The named input or output, or the only one. */
function chooseValue(
  file: string,
  kind: 'input' | 'output',
  values: readonly InferenceSession.ValueMetadata[],
  name: string | null,
): InferenceSession.TensorValueMetadata {
  const names = values.map((value) => `"${value.name}"`).join(', ');
  const chosen = name === null && values.length === 1 ? values[0] : values.find((value) => value.name === name);
  if (chosen?.isTensor === true) return chosen;
  if (name === null)
    throw invalid(file, `it has ${values.length} ${kind}s (${names}); name one in the .json file beside it`);
  throw invalid(file, `it has no ${kind} "${name}", only ${names}`);
}

/** Where the three channels stand. */
function layoutOf(file: string, input: InferenceSession.TensorValueMetadata): PixelLayout {
  if (input.shape[1] === 3) return 'nchw';
  if (input.shape[3] === 3) return 'nhwc';
  throw invalid(file, `the shape of its input is ${describe(input)}; say its "layout" in the .json file beside it`);
}

function requireShape(
  file: string,
  input: InferenceSession.TensorValueMetadata,
  shape: readonly number[],
  size: number,
): void {
  const fits = input.shape.every((length, index) => typeof length !== 'number' || length === shape[index]);
  if (!fits)
    throw invalid(file, `it takes ${describe(input)}, not ${size} x ${size} pixels in batches; choose its image size`);
}

function describe({ type, shape }: InferenceSession.TensorValueMetadata): string {
  return `${type} [${shape.join(', ')}]`;
}

function invalid(file: string, reason: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError(
    'backbone-invalid',
    `The backbone ${file} cannot be used: ${reason}. Choose another model.`,
    {
      details: { file },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
