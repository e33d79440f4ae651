/**
 * An ONNX model that turns pictures into vectors. onnxruntime computes in threads of its own but blocks the one that calls it, so
 * this is used in a worker only (`backbone-worker.ts`).
 */
import './no-telemetry.ts';
import { Tensor } from 'onnxruntime-node';
import { toGreyInput, toModelInput, toPlanes, valueTables, type ValueTables } from './model-input.ts';
import { invalid, loadOnnxModel, messageOf, requireSize, type ModelOptions, type OnnxModel } from './onnx-model.ts';
import { poolOutput, type PooledVectors } from './pool-output.ts';

const rgb = 3;

export class OnnxBackbone {
  readonly #model: OnnxModel;
  readonly #tables: ValueTables;
  /** The last batch's values: used again for the next, because filling new memory with zeros takes as long as the work. */
  #values = new Float32Array(0);

  private constructor(model: OnnxModel) {
    this.#model = model;
    this.#tables = valueTables(model.description);
  }

  /** Throws `backbone-invalid` for a file that is no ONNX model, or one that does not take pictures. */
  static async load(file: string, options: ModelOptions): Promise<OnnxBackbone> {
    return new OnnxBackbone(await loadOnnxModel(file, options));
  }

  /** Side in pixels that it is meant for. */
  get imageSize(): number {
    return this.#model.imageSize;
  }

  /**
   * pixels: uint8 RGB [B, S, S, 3] -> float32 vectors [B, D]. Throws `backbone-invalid` where the model cannot take this size or
   * answers anything but finite vectors.
   */
  async embed(pixels: Uint8Array, size: number): Promise<PooledVectors> {
    requireSize(this.#model, size);
    const perImage = rgb * size * size;
    const count = pixels.length / perImage;
    const step = this.#model.batchSize ?? count;
    if (step === count) return this.#embedBatch(pixels, size, count);
    const parts: PooledVectors[] = [];
    for (let from = 0; from < count; from += step) {
      const part = new Uint8Array(step * perImage);
      part.set(pixels.subarray(from * perImage, (from + step) * perImage));
      parts.push(await this.#embedBatch(part, size, step));
    }
    return join(parts, count);
  }

  async release(): Promise<void> {
    await this.#model.session.release();
  }

  async #embedBatch(pixels: Uint8Array, size: number, count: number): Promise<PooledVectors> {
    const { file, input, outputName, layout, description } = this.#model;
    const answer = await this.#run({ [input.name]: this.#toTensor(pixels, size, count) });
    const values = answer === undefined ? null : toFloat32(answer.data);
    const pooled =
      values === null || answer === undefined || answer.dims[0] !== count
        ? null
        : poolOutput(values, answer.dims, layout, description.pooling);
    if (pooled === null) {
      const found = `${answer?.type} [${answer?.dims.join(', ')}]`;
      throw invalid(file, `its output "${outputName}" is ${found}, not float32 [${count}, D]`);
    }
    if (!pooled.vectors.every(Number.isFinite)) throw invalid(file, 'it answers numbers that are not finite');
    return pooled;
  }

  #toTensor(pixels: Uint8Array, size: number, count: number): Tensor {
    const { layout, channels, inputType, description } = this.#model;
    const shape = layout === 'nchw' ? [count, channels, size, size] : [count, size, size, channels];
    if (inputType === 'uint8' && channels === rgb)
      return new Tensor('uint8', layout === 'nchw' ? toPlanes(pixels, size * size) : pixels, shape);
    const values =
      channels === rgb
        ? toModelInput(pixels, size * size, layout, this.#tables, this.#valuesFor(pixels))
        : toGreyInput(pixels, inputType === 'uint8' ? unscaled : description);
    if (inputType === 'uint8') return new Tensor('uint8', Uint8Array.from(values, Math.round), shape);
    if (inputType === 'float16') return toHalfTensor(values, shape);
    return new Tensor('float32', values, shape);
  }

  #valuesFor(pixels: Uint8Array): Float32Array<ArrayBuffer> {
    if (this.#values.length !== pixels.length) this.#values = new Float32Array(pixels.length);
    return this.#values;
  }

  async #run(feeds: Readonly<Record<string, Tensor>>): Promise<Tensor | undefined> {
    const { session, outputName, file } = this.#model;
    try {
      return (await session.run(feeds, [outputName]))[outputName];
    } catch (error) {
      throw invalid(file, `it fails on an image (${messageOf(error)})`, error);
    }
  }
}

/** Brightness as it is, 0 to 255. */
const unscaled = { mean: [0, 0, 0], standardDeviation: [1 / 255, 1, 1] } as const;

/**
 * onnxruntime's JavaScript holds half floats in a Float16Array where the language has it; its binding (1.30) sees nothing in one and
 * wants their bits.
 */
function toHalfTensor(values: Float32Array, shape: readonly number[]): Tensor {
  const bits = new Uint16Array(new Float16Array(values).buffer);
  const tensor = new Tensor('float16', bits, shape);
  return Object.defineProperty(tensor, 'data', { value: bits });
}

/** Null for what is no list of numbers. */
function toFloat32(data: Tensor['data']): Float32Array | null {
  if (data instanceof Float32Array) return data;
  if (ArrayBuffer.isView(data) && (data as unknown) instanceof Float16Array)
    return new Float32Array(data as unknown as Float16Array);
  return data instanceof Float64Array ? new Float32Array(data) : null;
}

/** The first `count` vectors of the parts. */
function join(parts: readonly PooledVectors[], count: number): PooledVectors {
  const dimensions = parts[0]?.dimensions ?? 0;
  const vectors = new Float32Array(count * dimensions);
  let at = 0;
  for (const part of parts) {
    const fitting = part.vectors.subarray(0, vectors.length - at);
    vectors.set(fitting, at);
    at += fitting.length;
  }
  return { vectors, dimensions };
}
