/** A classifier in three passes, as the training loop and the weighting methods see it. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { CarriedErrors } from './example-errors.ts';
import type { Layer, LayerTrace, ParameterSpec, PassContext } from './layer.ts';

export interface NetworkTrace {
  /** [B, K] */
  readonly logits: Tensor2D;
  /** Penultimate activations, input of the last dense layer, [B, D]. Takes the place of an embedding when ranking. */
  readonly embedding: Tensor2D;
  readonly layers: readonly LayerTrace[];
}

export interface Network {
  readonly name: string;
  /** Without the batch dimension: [D] for vectors, [H, W, C] for images. */
  readonly inputShape: readonly number[];
  readonly classCount: number;
  readonly parameters: readonly ParameterSpec[];
  /** In their order; residual blocks hold more. */
  readonly layers: readonly Layer[];
  /** True where every example's gradient norm can be had exactly and cheaply. */
  readonly hasExactGradientNorms: boolean;

  forward(parameters: readonly Tensor[], input: Tensor, context: PassContext): NetworkTrace;
  /** Logit tangents z-dot [B, K] along parameterTangents. */
  tangent(parameters: readonly Tensor[], trace: NetworkTrace, parameterTangents: readonly Tensor[]): Tensor2D;
  /** Parameter gradients of sum over i, k of logitGradients_ik z_ik. */
  backward(parameters: readonly Tensor[], trace: NetworkTrace, logitGradients: Tensor2D): Tensor[];
  /** Null where the examples of a batch see each other. Otherwise u and the weighted gradient from one walk back. */
  readonly exampleErrors: ExampleErrors | null;
  /** The parameters with the statistics moved by the trace's batch; tensors that did not move are the very same. */
  moveStatistics(parameters: readonly Tensor[], trace: NetworkTrace): readonly Tensor[];
  /**
   * Norm of each example's own gradient, [B], given logitErrors = p - y [B, K]: exact where `hasExactGradientNorms`,
   * otherwise that of the last dense layer's part, |p - y| |(h, 1)|, which needs nothing but the trace. `carried`: these
   * errors, where they were carried back already.
   */
  exampleGradientNorms(
    parameters: readonly Tensor[],
    trace: NetworkTrace,
    logitErrors: Tensor2D,
    carried?: CarriedErrors | null,
  ): Tensor1D;
}

/** See example-errors.ts. */
export interface ExampleErrors {
  /** logitErrors: p - y [B, K]. The caller disposes the result with `disposeErrors`. */
  carry(parameters: readonly Tensor[], trace: NetworkTrace, logitErrors: Tensor2D): CarriedErrors;
  /** u [B]: the derivative of each example's loss along parameterTangents. */
  alignments(trace: NetworkTrace, carried: CarriedErrors, parameterTangents: readonly Tensor[]): Tensor1D;
  /** Parameter gradients of sum_i w_i f_i. */
  weightedGradients(trace: NetworkTrace, carried: CarriedErrors, weights: Float64Array): Tensor[];
}

/** Disposes everything that a forward pass left behind. */
export function disposeNetworkTrace(trace: NetworkTrace): void {
  trace.layers.forEach(disposeLayerTrace);
}

/** Disposes what a layer left behind, inner layers included. */
export function disposeLayerTrace(trace: LayerTrace): void {
  trace.inner?.forEach(disposeLayerTrace);
  trace.saved.forEach((tensor) => tensor.dispose());
  trace.output.dispose();
}
