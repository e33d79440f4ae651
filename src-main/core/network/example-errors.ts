/**
 * Each example's own errors, carried back through a network once for two purposes. Where no example sees another, the errors
 * d_i = grad of f_i by a layer's output give both
 *
 *     u_i                 = sum over layers of <d_i, what moving the layer's parameters along v does to its output>
 *     sum_i w_i grad f_i  : the layer's gradient with d_i scaled by w_i
 *
 * so that weights found from u need no second walk back. (Goodfellow, arXiv:1510.01799, and Wang et al., ICLR 2025, "ghost" products.) Batch
 * normalisation couples the examples: d_i would hold what example i does to the losses of others, and u_i would be wrong.
 */
import { dispose, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { exampleProducts } from './example-products.ts';
import type { ExamplePair } from './example-products.ts';
import { uploadWeights } from './example-rows.ts';
import type { ExampleWeights } from './example-rows.ts';
import type { Layer, LayerTrace } from './layer.ts';
import { firstWithParameters, traceAt, withParameters } from './layer-sequence.ts';

/** What a layer with parameters keeps of the errors that passed it, and how it uses them. */
export interface ExamplePasses {
  /** errors [B, ...outputShape], untouched. The caller disposes what is returned. */
  carry(
    parameters: readonly Tensor[],
    trace: LayerTrace,
    errors: Tensor,
    wantsInputErrors: boolean,
  ): { readonly inputErrors: Tensor | null; readonly kept: readonly Tensor[] };
  /** What this layer's part of u, <grad f_i, parameterTangents>, is the product of. May leave tensors to the surrounding tidy. */
  alignments(trace: LayerTrace, kept: readonly Tensor[], parameterTangents: readonly Tensor[]): readonly ExamplePair[];
  /** sum_i w_i grad f_i, one per parameter. May leave tensors to the surrounding tidy. */
  gradients(trace: LayerTrace, kept: readonly Tensor[], weights: ExampleWeights): readonly Tensor[];
}

/** What each layer of a chain kept; empty for those without parameters. */
export type CarriedErrors = readonly (readonly Tensor[])[];

/** Whether u and the weighted gradient can be had from carried errors. */
export function letsErrorsBeCarried(layers: readonly Layer[]): boolean {
  return layers.every((layer) => layer.parameters.length === 0 || layer.examplePasses !== undefined);
}

/** outputErrors: p - y at the logits, [B, K]; stays the caller's. The caller disposes the result with `disposeErrors`. */
export function carryErrors(
  layers: readonly Layer[],
  parameters: readonly Tensor[],
  traces: readonly LayerTrace[],
  outputErrors: Tensor,
): CarriedErrors {
  const chain = withParameters(layers, parameters);
  const first = firstWithParameters(layers);
  const carried: (readonly Tensor[])[] = layers.map(() => []);
  let errors: Tensor = outputErrors;
  for (let i = chain.length - 1; i >= first; i--) {
    const link = chain[i];
    if (link === undefined) break;
    const trace = traceAt(traces, i);
    const { inputErrors, kept } = link.layer.examplePasses?.carry(link.own, trace, errors, i > first) ?? {
      inputErrors: link.layer.backward(link.own, trace, errors, true).inputGradient,
      kept: [],
    };
    carried[i] = kept;
    if (errors !== outputErrors) errors.dispose();
    if (inputErrors === null) break;
    errors = inputErrors;
  }
  return carried;
}

/** u = J v [B]: the derivative of every example's loss along parameterTangents. */
export function alignmentsOf(
  layers: readonly Layer[],
  traces: readonly LayerTrace[],
  carried: CarriedErrors,
  parameterTangents: readonly Tensor[],
): Tensor1D {
  return tidy(() => {
    const pairs = withParameters(layers, parameterTangents).flatMap(
      ({ layer, own }, i) => layer.examplePasses?.alignments(traceAt(traces, i), carried[i] ?? [], own) ?? [],
    );
    return exampleProducts(pairs);
  });
}

/** Gradients of sum_i w_i f_i, one per parameter; w [B]. */
export function weightedGradients(
  layers: readonly Layer[],
  traces: readonly LayerTrace[],
  carried: CarriedErrors,
  weights: Float64Array,
): Tensor[] {
  return tidy(() => {
    const forLayers = uploadWeights(weights);
    return layers.flatMap(
      (layer, i) => layer.examplePasses?.gradients(traceAt(traces, i), carried[i] ?? [], forLayers) ?? [],
    );
  });
}

export function disposeErrors(carried: CarriedErrors): void {
  dispose(carried.flat());
}
