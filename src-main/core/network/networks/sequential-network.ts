/** A network that is a chain of layers ending in a dense one: the classifier, whose input is the embedding. */
import { addN, reshape, sqrt, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor1D } from '@tensorflow/tfjs-core';
import { alignmentsOf, carryErrors, letsErrorsBeCarried, weightedGradients } from '../example-errors.ts';
import type { CarriedErrors } from '../example-errors.ts';
import type { Layer, LayerTrace } from '../layer.ts';
import {
  backwardSequence,
  checkSequence,
  forwardSequence,
  moveSequenceStatistics,
  sequenceParameters,
  tangentSequence,
  traceAt,
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

    exampleGradientNorms(parameters, trace, logitErrors, carried = null) {
      return tidy(() => {
        if (!hasExactGradientNorms) return gradientNorms(layers.slice(-1), trace.layers.slice(-1), [[logitErrors]]);
        const errors = carried ?? carryErrors(layers, parameters, trace.layers, logitErrors);
        return gradientNorms(layers, trace.layers, errors);
      });
    },
  };
}

/** Norms over the parameters of these layers, [B]; `errors`: what each keeps of the errors that pass it, themselves first. */
function gradientNorms(layers: readonly Layer[], traces: readonly LayerTrace[], errors: CarriedErrors): Tensor1D {
  const parts = layers.flatMap((layer, i) => {
    const [own] = errors[i] ?? [];
    const part = own && layer.exampleSquaredGradientNorms?.(traceAt(traces, i), own);
    return part ? [part] : [];
  });
  return reshape<Rank.R1>(sqrt(addN(parts)), [-1]);
}
