/**
 * Softmax regression on soft targets, fitted out of fold: every sample's logits come from a model that never saw that sample's
 * target. All folds are fitted in lock-step, so that one pass over the vectors serves them all.
 */
import { dispose, matMul, nextFrame, tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { throwIfCancelled } from '../errors.ts';
import { randomPermutation } from '../random/shuffle.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { lbfgs, type Evaluation } from './lbfgs.ts';
import type { ReducedVectors } from './reduce-vectors.ts';
import { softmaxRow } from './softmax.ts';

export const foldCount = 5;

/** Fold of a sample that every model is fitted to. */
export const heldOutByNone = 255;

/**
 * Steps per fit unless told otherwise. The rounds start warm, so that ten steps each rank as well as 25 (AUROC within 0.0003) at half
 * the cost.
 */
const usualSteps = 10;
const gradientTolerance = 2e-3;
/** Half of float32's spacing: a search for less halves its step a dozen times, at a pass each, and arrives nowhere. */
const valueTolerance = 2 ** -25;
/** Rows per matrix product: small enough to stay in the processor's cache, large enough to hide the cost of a call. */
const blockRows = 1000;

/** Which fold holds each of `count` samples out: random, sizes differing by one at most. */
export function drawFolds(count: number, random: RandomGenerator): Uint8Array {
  const folds = new Uint8Array(count);
  randomPermutation(count, random).forEach((sample, position) => {
    folds[sample] = position % foldCount;
  });
  return folds;
}

export interface SoftRegressionData {
  /** Standardised vectors [N, D]; with `scaling` not standardised yet. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** Standardises the vectors as they are read, (x - mean) * scale, so that no copy of them all is needed. */
  readonly scaling?: Pick<ReducedVectors, 'means' | 'scales'> | undefined;
  readonly classCount: number;
  /** Fold of each sample, [N]: below `foldCount`, or `heldOutByNone`. */
  readonly folds: Uint8Array;
  /** The folds whose models are fitted; all unless given. */
  readonly models?: readonly number[] | undefined;
  /** Weight of each sample's loss, [N]. */
  readonly sampleWeights: Float32Array;
  /** Weight of |W|^2 beside the mean cross-entropy. */
  readonly penalty: number;
}

/** The vectors stay with the engine for a whole fit where they take no more than this; more would be the largest thing in memory. */
const mostHeldBytes = 64 * 1024 * 1024;

/** Samples of one fold. */
interface Block {
  readonly fold: number;
  /** Sample indices, at most `blockRows`. */
  readonly samples: Uint32Array;
}

/** Keeps the last solution, from which the next fit starts. The vectors go to the engine block by block, many of them at every pass. */
export class SoftRegression {
  readonly #data: SoftRegressionData;
  readonly #models: readonly number[];
  readonly #blocks: readonly Block[];
  /** Sum of the weights of the samples that each model is fitted to. */
  readonly #weightTotals: readonly number[];
  /** Where the next fit starts: one [K, D + 1] matrix per model. */
  solutions: readonly Float64Array[];

  constructor(data: SoftRegressionData) {
    this.#data = data;
    this.#models = data.models ?? Array.from({ length: foldCount }, (_, fold) => fold);
    this.#blocks = makeBlocks(data);
    this.#weightTotals = this.#models.map((fold) => trainingWeight(data, fold));
    this.solutions = this.#models.map(() => new Float64Array(data.classCount * (data.dimensions + 1)));
  }

  /**
   * Minimises, for each model with its fold's samples left out,
   *
   *     sum_i w_i (ln sum_k exp z_ik - sum_k q_ik z_ik) / sum_i w_i  +  penalty |W|^2,      z_i = W x_i + b
   *
   * by L-BFGS from the last solution. targets q [N, K], rows summing to one. Returns the out-of-fold logits [N, K]; zero for samples that
   * no model leaves out.
   */
  async fit(targets: Float32Array, signal?: AbortSignal, steps = usualSteps): Promise<Float32Array> {
    const searches = this.solutions.map((start) => lbfgs(start, { steps, gradientTolerance, valueTolerance }));
    const inputs = new BlockInputs(this.#data);
    try {
      let asked = searches.map((search) => search.next());
      while (asked.some((answer) => answer.done !== true)) {
        throwIfCancelled(signal);
        const points = asked.map((answer) => (answer.done === true ? null : answer.value));
        const evaluations = await this.#evaluate(points, targets, inputs);
        asked = asked.map((answer, model) =>
          answer.done === true ? answer : searches[model]!.next(evaluations[model]!),
        );
      }
      this.solutions = asked.map((answer) => answer.value);
      return await this.#outOfFoldLogits(inputs);
    } finally {
      inputs.dispose();
    }
  }

  /** Value and gradient of every model's objective at its own point; of the penalty alone where one asks about none. */
  async #evaluate(
    points: readonly (Float64Array | null)[],
    targets: Float32Array,
    blockInputs: BlockInputs,
  ): Promise<Evaluation[]> {
    const columns = this.#data.dimensions + 1;
    const sums = points.map((point) => startWithPenalty(point ?? new Float64Array(0), columns, this.#data.penalty));
    for (const block of this.#blocks) {
      const fitted = [...points.keys()].filter((model) => this.#models[model] !== block.fold && points[model] !== null);
      if (fitted.length === 0) continue;
      const inputs = blockInputs.take(block);
      const weights = this.#packed(fitted.map((model) => points[model]!));
      const logits = await valuesOf(matMul<Tensor2D>(inputs, weights));
      const { residuals, losses } = this.#residuals(block, fitted, logits, targets);
      const gradients = await valuesOf(matMul<Tensor2D>(residuals, inputs, true, false));
      dispose([weights, residuals]);
      blockInputs.giveBack(block);
      fitted.forEach((model, position) => {
        const sum = sums[model]!;
        sum.value += losses[position]!;
        addTo(sum.gradient, gradients, position * sum.gradient.length);
      });
    }
    await nextFrame();
    return sums;
  }

  /** Matrices [K, D + 1] of several models side by side and transposed, [D + 1, models K]. */
  #packed(points: readonly Float64Array[]): Tensor2D {
    const columns = this.#data.dimensions + 1;
    const width = points.length * this.#data.classCount;
    const packed = new Float32Array(columns * width);
    points.forEach((point, model) => {
      for (let start = 0, output = model * this.#data.classCount; start < point.length; start += columns, output++) {
        for (let column = 0; column < columns; column++) packed[column * width + output] = point[start + column]!;
      }
    });
    return tensor2d(packed, [columns, width]);
  }

  /** Each fitted model's loss over a block, and its derivatives by the logits, w_i (p_ik - q_ik) / sum w, which take the logits' place: [rows, models K]. */
  #residuals(block: Block, fitted: readonly number[], logits: Float32Array, targets: Float32Array) {
    const { classCount, sampleWeights } = this.#data;
    const rows = block.samples.length;
    const losses = new Float64Array(fitted.length);
    for (let row = 0; row < rows; row++) {
      const sample = block.samples[row]!;
      for (let position = 0; position < fitted.length; position++) {
        const share = sampleWeights[sample]! / this.#weightTotals[fitted[position]!]!;
        const start = (row * fitted.length + position) * classCount;
        let loss = 0;
        for (let k = 0; k < classCount; k++) loss -= targets[sample * classCount + k]! * logits[start + k]!;
        loss += softmaxRow(logits, start, classCount, 1, logits);
        for (let k = 0; k < classCount; k++)
          logits[start + k] = share * (logits[start + k]! - targets[sample * classCount + k]!);
        losses[position]! += share * loss;
      }
    }
    return { residuals: tensor2d(logits, [rows, fitted.length * classCount]), losses };
  }

  async #outOfFoldLogits(blockInputs: BlockInputs): Promise<Float32Array> {
    const { classCount, folds } = this.#data;
    const result = new Float32Array(folds.length * classCount);
    for (const block of this.#blocks) {
      const { samples, fold } = block;
      const solution = this.solutions[this.#models.indexOf(fold)];
      if (solution === undefined) continue;
      const weights = this.#packed([solution]);
      const logits = await valuesOf(matMul<Tensor2D>(blockInputs.take(block), weights));
      weights.dispose();
      blockInputs.giveBack(block);
      samples.forEach((sample, row) => {
        result.set(logits.subarray(row * classCount, (row + 1) * classCount), sample * classCount);
      });
    }
    return result;
  }
}

/** The tensors of blocks: all of them at once where they are small, otherwise one at a time. */
class BlockInputs {
  readonly #data: SoftRegressionData;
  readonly #holdsAll: boolean;
  readonly #held = new Map<Block, Tensor2D>();

  constructor(data: SoftRegressionData) {
    this.#data = data;
    this.#holdsAll = data.vectors.byteLength <= mostHeldBytes;
  }

  take(block: Block): Tensor2D {
    const inputs = this.#held.get(block) ?? inputsWithOnes(this.#data, block.samples);
    this.#held.set(block, inputs);
    return inputs;
  }

  giveBack(block: Block): void {
    if (this.#holdsAll) return;
    this.#held.get(block)?.dispose();
    this.#held.delete(block);
  }

  dispose(): void {
    dispose([...this.#held.values()]);
    this.#held.clear();
  }
}

function makeBlocks({ folds }: SoftRegressionData): Block[] {
  const all = Uint32Array.from(folds.keys());
  return [...new Set(folds)].sort().flatMap((fold) => {
    const members = all.filter((sample) => folds[sample] === fold);
    const blocks: Block[] = [];
    for (let start = 0; start < members.length; start += blockRows) {
      blocks.push({ fold, samples: members.subarray(start, start + blockRows) });
    }
    return blocks;
  });
}

/** [rows, D + 1]: the vectors and a column of ones, so that the bias is one more weight. */
function inputsWithOnes({ vectors, dimensions, scaling }: SoftRegressionData, samples: Uint32Array): Tensor2D {
  const values = new Float32Array(samples.length * (dimensions + 1)).fill(1);
  samples.forEach((sample, row) => {
    const [from, to] = [sample * dimensions, row * (dimensions + 1)];
    values.set(vectors.subarray(from, from + dimensions), to);
    if (scaling === undefined) return;
    for (let d = 0; d < dimensions; d++) values[to + d] = (values[to + d]! - scaling.means[d]!) * scaling.scales[d]!;
  });
  return tensor2d(values, [samples.length, dimensions + 1]);
}

/** Sum of the weights of all samples that the fold does not hold out. */
function trainingWeight({ folds, sampleWeights }: SoftRegressionData, fold: number): number {
  return sampleWeights.reduce((sum, weight, sample) => (folds[sample] === fold ? sum : sum + weight), 0);
}

/** The penalty's value and gradient; the last column holds the biases, which are free. */
function startWithPenalty(point: Float64Array, columns: number, penalty: number) {
  let value = 0;
  const gradient = new Float64Array(point.length);
  for (let start = 0; start < point.length; start += columns) {
    for (let index = start; index < start + columns - 1; index++) {
      const weight = point[index]!;
      value += penalty * weight * weight;
      gradient[index] = 2 * penalty * weight;
    }
  }
  return { value, gradient };
}

/** target += the values from `offset`. */
function addTo(target: Float64Array, values: Float32Array, offset: number): void {
  for (let index = 0; index < target.length; index++) target[index]! += values[offset + index]!;
}

/** Reads a product back and disposes it. */
async function valuesOf(product: Tensor2D): Promise<Float32Array> {
  const values = await product.data<'float32'>();
  product.dispose();
  return values;
}
