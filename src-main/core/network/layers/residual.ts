/**
 * Residual block: y = body(x) + shortcut(x), where both are chains of layers and an empty shortcut is the identity.
 *
 * Tangent: y' = body'(x') + shortcut'(x'). Gradient: dL/dx is the sum of what both chains hand back.
 */
import { add, clone } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer, LayerTrace } from '../layer.ts';
import {
  backwardSequence,
  checkSequence,
  forwardSequence,
  moveSequenceStatistics,
  sequenceParameters,
  tangentSequence,
} from '../layer-sequence.ts';

export interface ResidualOptions {
  readonly name: string;
  /** At least one layer. */
  readonly body: readonly Layer[];
  /** Empty where input and output have the same shape. */
  readonly shortcut?: readonly Layer[];
}

/** Parameters: the body's, then the shortcut's. `inner` holds the traces in the same order. */
export function createResidual({ name, body, shortcut = [] }: ResidualOptions): Layer {
  checkSequence(body);
  checkSequence(shortcut);
  const inputShape = body[0]?.inputShape ?? [];
  const outputShape = body.at(-1)?.outputShape ?? [];
  const shortcutShape = shortcut.at(-1)?.outputShape ?? inputShape;
  if (shortcutShape.join() !== outputShape.join())
    throw new Error(`Block ${name}: body gives [${outputShape.join(', ')}], shortcut [${shortcutShape.join(', ')}].`);
  const bodyParameters = sequenceParameters(body);
  const split = (tensors: readonly Tensor[]): readonly [readonly Tensor[], readonly Tensor[]] => [
    tensors.slice(0, bodyParameters.length),
    tensors.slice(bodyParameters.length),
  ];
  const innerTraces = ({ inner = [] }: LayerTrace): readonly [readonly LayerTrace[], readonly LayerTrace[]] => [
    inner.slice(0, body.length),
    inner.slice(body.length),
  ];
  return {
    name,
    description: { kind: 'residual', body, shortcut },
    inputShape,
    outputShape,
    parameters: [...bodyParameters, ...sequenceParameters(shortcut)],

    forward(parameters, input, context) {
      const [ofBody, ofShortcut] = split(parameters);
      const bodyTraces = forwardSequence(body, ofBody, input, context);
      const shortcutTraces = forwardSequence(shortcut, ofShortcut, input, context);
      const output = add(bodyTraces.at(-1)?.output ?? input, shortcutTraces.at(-1)?.output ?? input);
      return { output, saved: [], inner: [...bodyTraces, ...shortcutTraces] };
    },

    tangent(parameters, trace, inputTangent, parameterTangents) {
      const [ofBody, ofShortcut] = split(parameters);
      const [alongBody, alongShortcut] = split(parameterTangents);
      const [bodyTraces, shortcutTraces] = innerTraces(trace);
      const fromBody = tangentSequence(body, ofBody, bodyTraces, inputTangent, alongBody);
      const fromShortcut = tangentSequence(shortcut, ofShortcut, shortcutTraces, inputTangent, alongShortcut);
      return sumAndRelease(fromBody, fromShortcut, inputTangent);
    },

    backward(parameters, trace, outputGradient, wantsInputGradient) {
      const [ofBody, ofShortcut] = split(parameters);
      const [bodyTraces, shortcutTraces] = innerTraces(trace);
      const fromBody = backwardSequence(body, ofBody, bodyTraces, outputGradient, wantsInputGradient);
      const fromShortcut = backwardSequence(shortcut, ofShortcut, shortcutTraces, outputGradient, wantsInputGradient);
      // An empty shortcut is the identity: it hands the output's gradient straight back.
      const aside = shortcut.length === 0 ? outputGradient : fromShortcut.inputGradient;
      return {
        inputGradient: wantsInputGradient ? sumAndRelease(fromBody.inputGradient, aside, outputGradient) : null,
        parameterGradients: [...fromBody.parameterGradients, ...fromShortcut.parameterGradients],
      };
    },

    moveStatistics(parameters, trace) {
      const [ofBody, ofShortcut] = split(parameters);
      const [bodyTraces, shortcutTraces] = innerTraces(trace);
      return [
        ...moveSequenceStatistics(body, ofBody, bodyTraces),
        ...moveSequenceStatistics(shortcut, ofShortcut, shortcutTraces),
      ];
    },
  };
}

/** Sum of two tensors, either of which may be null (zero). Disposes both, except `kept`, which belongs to somebody else. */
function sumAndRelease(a: Tensor | null, b: Tensor | null, kept: Tensor | null): Tensor | null {
  if (a === null || b === null) {
    const only = a ?? b;
    return only !== null && only === kept ? clone(only) : only;
  }
  const total = add(a, b);
  for (const tensor of [a, b]) if (tensor !== kept) tensor.dispose();
  return total;
}
