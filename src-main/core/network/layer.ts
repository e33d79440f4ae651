/**
 * A layer is three functions over explicit state: `forward`, `tangent`, `backward`. Nothing here differentiates
 * automatically, so every engine that can run the operations can train, and second derivatives are never needed.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ExamplePasses } from './example-errors.ts';
import type { Padding } from './window.ts';

/** How a parameter starts. `he-normal`: N(0, 2 / fanIn). `glorot-uniform`: U(+-sqrt(6 / (fanIn + fanOut))). */
export type Initialiser = 'he-normal' | 'glorot-uniform' | 'zeros' | 'ones';

export interface ParameterSpec {
  /** Unique within the network, for example `conv1/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialiser: Initialiser;
  /** Inputs that one output sees, and outputs that one input reaches; for the initialiser. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** Whether weight decay applies: kernels yes, biases and normalisation no. */
  readonly decays: boolean;
  /** `statistic`: measured, not learned. Gradients pass it by, `moveStatistics` moves it. Everything else is learned. */
  readonly role?: 'statistic';
}

export interface PassContext {
  /** `train` draws dropout masks; `evaluate` is deterministic. */
  readonly mode: 'train' | 'evaluate';
  /** Seed of the masks of this step. The same seed gives the same masks; no pass consumes anybody else's randomness. */
  readonly seed: number;
  /** Place of the input's first example in the whole batch, where only a part of it passes; 0 unless given. Masks are those of the whole batch. */
  readonly firstRow?: number;
}

/** What `forward` leaves for the other two passes of the same step. Whoever holds it disposes it. */
export interface LayerTrace {
  readonly output: Tensor;
  /** Whatever the layer needs again: its input, a mask, statistics, traces of inner layers. */
  readonly saved: readonly Tensor[];
  readonly inner?: readonly LayerTrace[];
}

export interface LayerGradients {
  /** Gradient with respect to the layer's input, or null where it was not asked for. */
  readonly inputGradient: Tensor | null;
  /** One per parameter, in their order, zero for statistics. Summed over the batch. */
  readonly parameterGradients: readonly Tensor[];
}

/** What a layer computes, for those who write it down for other programs. Parameters are in the order of `Layer.parameters`. */
export type LayerDescription =
  | { readonly kind: 'dense' }
  | { readonly kind: 'relu' | 'flatten' | 'dropout' | 'global-average-pooling' }
  | { readonly kind: 'batch-norm'; readonly isRectified: boolean }
  | { readonly kind: 'group-norm'; readonly groups: number; readonly isRectified: boolean }
  | { readonly kind: 'convolution'; readonly size: number; readonly stride: number; readonly padding: Padding }
  | { readonly kind: 'max-pooling'; readonly size: number; readonly stride: number; readonly padding: Padding }
  | { readonly kind: 'average-pooling'; readonly size: number; readonly stride: number }
  | { readonly kind: 'channel-padding'; readonly stride: number }
  | { readonly kind: 'residual'; readonly body: readonly Layer[]; readonly shortcut: readonly Layer[] };

export interface Layer {
  readonly name: string;
  readonly description: LayerDescription;
  /** Without the batch dimension. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly parameters: readonly ParameterSpec[];

  /** input [B, ...inputShape] -> trace with output [B, ...outputShape]. */
  forward(parameters: readonly Tensor[], input: Tensor, context: PassContext): LayerTrace;

  /**
   * Directional derivative of the output along (inputTangent, parameterTangents), at the point of the trace.
   * inputTangent is null where it is zero, as for the first layer. Returns [B, ...outputShape].
   */
  tangent(
    parameters: readonly Tensor[],
    trace: LayerTrace,
    inputTangent: Tensor | null,
    parameterTangents: readonly Tensor[],
  ): Tensor | null;

  /** outputGradient [B, ...outputShape]; wantsInputGradient is false for the first layer. */
  backward(
    parameters: readonly Tensor[],
    trace: LayerTrace,
    outputGradient: Tensor,
    wantsInputGradient: boolean,
  ): LayerGradients;

  /**
   * The parameters after the trace's batch was seen: statistics are new tensors, all others the very same. Absent where nothing is
   * measured; the very same list where this trace measured nothing.
   */
  moveStatistics?(parameters: readonly Tensor[], trace: LayerTrace): readonly Tensor[];

  /** Absent where examples see each other, and where there are no parameters. */
  readonly examplePasses?: ExamplePasses;

  /**
   * Squared norm of each example's own parameter gradient, [B], where it costs little (dense layers): its presence on
   * every layer with parameters makes a network's cosine weights exact. The first tensor that its `examplePasses` keep is
   * the output gradient then.
   */
  exampleSquaredGradientNorms?(trace: LayerTrace, outputGradient: Tensor): Tensor;
}
