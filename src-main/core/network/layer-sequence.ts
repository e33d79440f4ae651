/**
 * Layers one after another: the three passes of a chain. Networks and residual blocks are made of it.
 *
 * Parameters of the chain are those of its layers, concatenated. Tensors between layers are disposed as soon as the next
 * layer has used them; traces stay until whoever holds them disposes them.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer, LayerGradients, LayerTrace, ParameterSpec, PassContext } from './layer.ts';

/** The chain's parameters, in order. */
export function sequenceParameters(layers: readonly Layer[]): readonly ParameterSpec[] {
  return layers.flatMap((layer) => layer.parameters);
}

/** Throws unless each layer takes what the one before it gives. */
export function checkSequence(layers: readonly Layer[]): void {
  layers.forEach((layer, i) => {
    const previous = layers[i - 1];
    if (previous === undefined || sameShape(previous.outputShape, layer.inputShape)) return;
    throw new Error(
      `Layer ${layer.name} takes [${layer.inputShape.join(', ')}], ${previous.name} gives [${previous.outputShape.join(', ')}].`,
    );
  });
}

/** One trace per layer; the last one's output is the chain's. */
export function forwardSequence(
  layers: readonly Layer[],
  parameters: readonly Tensor[],
  input: Tensor,
  context: PassContext,
): LayerTrace[] {
  const traces: LayerTrace[] = [];
  let current = input;
  for (const { layer, own } of withParameters(layers, parameters)) {
    const trace = layer.forward(own, current, context);
    traces.push(trace);
    current = trace.output;
  }
  return traces;
}

/** Tangent of the chain's output, or null where it is zero. The caller disposes it; `inputTangent` stays the caller's. */
export function tangentSequence(
  layers: readonly Layer[],
  parameters: readonly Tensor[],
  traces: readonly LayerTrace[],
  inputTangent: Tensor | null,
  parameterTangents: readonly Tensor[],
): Tensor | null {
  const tangents = withParameters(layers, parameterTangents);
  let current = inputTangent;
  withParameters(layers, parameters).forEach(({ layer, own }, i) => {
    const next = layer.tangent(own, traceAt(traces, i), current, tangents[i]?.own ?? []);
    if (current !== inputTangent) current?.dispose();
    current = next;
  });
  return current;
}

/** Gradients of the chain. Goes no further back than somebody needs. `outputGradient` stays the caller's. */
export function backwardSequence(
  layers: readonly Layer[],
  parameters: readonly Tensor[],
  traces: readonly LayerTrace[],
  outputGradient: Tensor,
  wantsInputGradient: boolean,
): LayerGradients {
  const firstNeeded = wantsInputGradient ? 0 : firstWithParameters(layers);
  const parameterGradients: Tensor[] = [];
  const chain = withParameters(layers, parameters);
  let current: Tensor | null = outputGradient;
  for (let i = chain.length - 1; i >= firstNeeded; i--) {
    const link = chain[i];
    if (link === undefined || current === null) break;
    const wantsMore: boolean = wantsInputGradient || i > firstNeeded;
    const gradients = link.layer.backward(link.own, traceAt(traces, i), current, wantsMore);
    parameterGradients.unshift(...gradients.parameterGradients);
    if (current !== outputGradient) current.dispose();
    current = gradients.inputGradient;
  }
  return { inputGradient: current === outputGradient ? null : current, parameterGradients };
}

/** The chain's parameters with its statistics moved: see `Layer.moveStatistics`. */
export function moveSequenceStatistics(
  layers: readonly Layer[],
  parameters: readonly Tensor[],
  traces: readonly LayerTrace[],
): readonly Tensor[] {
  return withParameters(layers, parameters).flatMap(
    ({ layer, own }, i) => layer.moveStatistics?.(own, traceAt(traces, i)) ?? own,
  );
}

/** Index of the first layer that has parameters; the number of layers where none has. */
export function firstWithParameters(layers: readonly Layer[]): number {
  const index = layers.findIndex((layer) => layer.parameters.length > 0);
  return index === -1 ? layers.length : index;
}

/** Each layer with its own slice of the chain's parameters (or parameter tangents). */
export function withParameters(
  layers: readonly Layer[],
  parameters: readonly Tensor[],
): readonly { readonly layer: Layer; readonly own: readonly Tensor[] }[] {
  let start = 0;
  return layers.map((layer) => {
    const own = parameters.slice(start, start + layer.parameters.length);
    start += layer.parameters.length;
    return { layer, own };
  });
}

/** The trace of layer `index`; throws where a trace of another chain was passed. */
export function traceAt(traces: readonly LayerTrace[], index: number): LayerTrace {
  const trace = traces[index];
  if (trace === undefined)
    throw new Error(`The trace holds ${traces.length} layers, number ${index + 1} was asked for.`);
  return trace;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, i) => length === b[i]);
}
