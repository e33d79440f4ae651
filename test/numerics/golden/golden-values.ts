/** The golden values, typed; an engine's self-check uses them too. How they were made: make-golden-values.py; with what: `madeWith`. */
import values from '../../../src-main/engines/self-check/reference-values.json' with { type: 'json' };

export interface GoldenLayer {
  readonly name: string;
  readonly outputShape: readonly number[];
  readonly output: readonly number[];
  /** Along a tangent of the input and of every parameter. */
  readonly tangent: readonly number[];
  readonly inputGradient: readonly number[];
  readonly parameterGradients: readonly (readonly number[])[];
}

export interface GoldenNetwork {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly logits: readonly number[];
  readonly tangent: readonly number[];
  /** Of each parameter: the norm of its gradient, and its product with a pattern of salt 90 and up. */
  readonly gradientNorms: readonly number[];
  readonly gradientProducts: readonly number[];
  readonly exampleGradientNorms: { readonly all: readonly number[]; readonly lastLayer: readonly number[] };
}

export interface GoldenCrossEntropy {
  readonly name: string;
  readonly logits: readonly number[];
  readonly targets: readonly number[];
  readonly losses: readonly number[];
  readonly probabilities: readonly number[];
  readonly errors: readonly number[];
}

interface GoldenValues {
  readonly layers: readonly GoldenLayer[];
  readonly networks: readonly GoldenNetwork[];
  readonly crossEntropy: readonly GoldenCrossEntropy[];
}

export const golden: GoldenValues = values;

/** Input, parameters, and what moves them, are patterns of these salts. */
export const salts = {
  input: 1,
  inputTangent: 2,
  outputGradient: 3,
  parameters: 10,
  parameterTangents: 50,
  probes: 90,
};
