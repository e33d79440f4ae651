/** A network that is a chain of layers ending in a dense one: the classifier, whose input is the embedding. */
import { add, reshape, sqrt, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { alignmentsOf, carryErrors, letsErrorsBeCarried, weightedGradients } from '../example-errors.ts';
import type { Layer, LayerTrace } from '../layer.ts';
import {
  backwardSequence,
  checkSequence,
  firstWithParameters,
  forwardSequence,
  moveSequenceStatistics,
  sequenceParameters,
  tangentSequence,
  traceAt,
  withParameters,
} from '../layer-sequence.ts';
import type { Network } from '../network.ts';
import { requireMatrix, requireTensor } from '../require-tensor.ts';

/**
 * `layers` end in a dense layer with K outputs. Gradient norms are exact where every layer with parameters can give its
 * part of them (`exampleSquaredGradientNorms`).
 */
export function createSequentialNetwork(name: string, layers: readonly Layer[]): Network {
  checkSequence(layers);
  const first = layers[0];
  const last = layers.at(-1);
  if (first === undefined || last?.exampleSquaredGradientNorms === undefined)
    throw new Error(`Network ${name} does not end in a dense layer.`);
  const hasExactGradientNorms = layers.every(
    (layer) => layer.parameters.length === 0 || layer.exampleSquaredGradientNorms !== undefined,
  );
  const normsFrom = hasExactGradientNorms ? firstWithParameters(layers) : layers.length - 1;
  return {
    name,
    inputShape: first.inputShape,
    classCount: last.outputShape[0] ?? 0,
    parameters: sequenceParameters(layers),
    layers,
    hasExactGradientNorms,

    forward(parameters, input, context) {
      const traces = forwardSequence(layers, parameters, input, context);
      const lastTrace = traceAt(traces, layers.length - 1);
      return {
        logits: requireMatrix(lastTrace.output),
        embedding: requireMatrix(requireTensor(lastTrace.saved, 0)),
        layers: traces,
      };
    },

    tangent(parameters, trace, parameterTangents) {
      const tangent = tangentSequence(layers, parameters, trace.layers, null, parameterTangents);
      if (tangent === null) throw new Error(`Network ${name} has no parameters to move along.`);
      return requireMatrix(tangent);
    },

    backward(parameters, trace, logitGradients) {
      return [...backwardSequence(layers, parameters, trace.layers, logitGradients, false).parameterGradients];
    },

    exampleErrors: letsErrorsBeCarried(layers)
      ? {
          carry: (parameters, trace, logitErrors) => carryErrors(layers, parameters, trace.layers, logitErrors),
          alignments: (trace, carried, tangents) => alignmentsOf(layers, trace.layers, carried, tangents),
          weightedGradients: (trace, carried, weights) => weightedGradients(layers, trace.layers, carried, weights),
        }
      : null,

    moveStatistics(parameters, trace) {
      return moveSequenceStatistics(layers, parameters, trace.layers);
    },

    exampleGradientNorms(parameters, trace, logitErrors) {
      return tidy(() => gradientNorms(layers, parameters, trace.layers, logitErrors, normsFrom));
    },
  };
}

/** Norms over the parameters of layers `from` to the last, [B]. Walks the errors back through them. */
function gradientNorms(
  layers: readonly Layer[],
  parameters: readonly Tensor[],
  traces: readonly LayerTrace[],
  logitErrors: Tensor2D,
  from: number,
): Tensor1D {
  const chain = withParameters(layers, parameters);
  let squared: Tensor | null = null;
  let errors: Tensor = logitErrors;
  for (let i = layers.length - 1; i >= from; i--) {
    const link = chain[i];
    if (link === undefined) break;
    const part = link.layer.exampleSquaredGradientNorms?.(traceAt(traces, i), errors);
    if (part !== undefined) squared = squared === null ? part : add(squared, part);
    if (i > from) errors = link.layer.backward(link.own, traceAt(traces, i), errors, true).inputGradient ?? errors;
  }
  if (squared === null) throw new Error('No layer gave a gradient norm.');
  return reshape<Rank.R1>(sqrt(squared), [squared.size]);
}
