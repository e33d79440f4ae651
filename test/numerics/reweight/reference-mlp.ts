/**
 * The oracle: a two-layer perceptron and Algorithm 1 in double precision, with explicit gradients of every example and
 * nothing clever. Parameters are one flat vector: W1 [D, H], b1 [H], W2 [H, K], b2 [K].
 */
export interface MlpShape {
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
}

export interface Example {
  readonly input: readonly number[];
  readonly label: number;
}

interface Activations {
  readonly hidden: readonly number[];
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
}

export function parameterCount({ inputs, hidden, classes }: MlpShape): number {
  return inputs * hidden + hidden + hidden * classes + classes;
}

/** The four parameters as views of the flat vector. */
export function split(shape: MlpShape, flat: Float64Array): readonly Float64Array[] {
  const { inputs, hidden, classes } = shape;
  let start = 0;
  return [inputs * hidden, hidden, hidden * classes, classes].map((size) => flat.subarray(start, (start += size)));
}

export function run(shape: MlpShape, flat: Float64Array, input: readonly number[]): Activations {
  const [w1, b1, w2, b2] = split(shape, flat) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const hidden = Array.from(b1, (bias, h) =>
    Math.max(
      0,
      input.reduce((total, value, d) => total + value * w1[d * shape.hidden + h]!, bias),
    ),
  );
  const logits = Array.from(b2, (bias, c) =>
    hidden.reduce((total, value, h) => total + value * w2[h * shape.classes + c]!, bias),
  );
  const highest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  return { hidden, logits, probabilities: logits.map((logit) => Math.exp(logit - highest) / sum) };
}

export function loss(shape: MlpShape, flat: Float64Array, { input, label }: Example): number {
  return -Math.log(run(shape, flat, input).probabilities[label]!);
}

export function meanLoss(shape: MlpShape, flat: Float64Array, examples: readonly Example[]): number {
  return examples.reduce((total, example) => total + loss(shape, flat, example), 0) / examples.length;
}

/** grad f_i, by the chain rule written out. */
export function gradient(shape: MlpShape, flat: Float64Array, { input, label }: Example): Float64Array {
  const { probabilities } = run(shape, flat, input);
  const errors = probabilities.map((probability, c) => probability - (c === label ? 1 : 0));
  return gradientAlong(shape, flat, input, errors);
}

/** Gradient of sum_c errors_c z_c. */
export function gradientAlong(
  shape: MlpShape,
  flat: Float64Array,
  input: readonly number[],
  errors: readonly number[],
): Float64Array {
  const { hidden } = run(shape, flat, input);
  const w2 = split(shape, flat)[2]!;
  const hiddenErrors = hidden.map((value, h) =>
    value > 0 ? errors.reduce((total, error, c) => total + error * w2[h * shape.classes + c]!, 0) : 0,
  );
  return Float64Array.from([
    ...input.flatMap((value) => hiddenErrors.map((error) => value * error)),
    ...hiddenErrors,
    ...hidden.flatMap((value) => errors.map((error) => value * error)),
    ...errors,
  ]);
}

/** v = grad G. */
export function meanGradient(shape: MlpShape, flat: Float64Array, examples: readonly Example[]): Float64Array {
  const total = new Float64Array(flat.length);
  for (const example of examples) {
    gradient(shape, flat, example).forEach((value, index) => (total[index]! += value / examples.length));
  }
  return total;
}

/** z-dot along `direction`, carried forward beside the activations. */
export function logitTangents(
  shape: MlpShape,
  flat: Float64Array,
  input: readonly number[],
  direction: Float64Array,
): number[] {
  const { hidden } = run(shape, flat, input);
  const w2 = split(shape, flat)[2]!;
  const [v1, c1, v2, c2] = split(shape, direction) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const hiddenTangents = hidden.map((value, h) =>
    value > 0 ? input.reduce((total, x, d) => total + x * v1[d * shape.hidden + h]!, c1[h]!) : 0,
  );
  return Array.from(c2, (bias, c) =>
    hidden.reduce(
      (total, value, h) => total + value * v2[h * shape.classes + c]! + hiddenTangents[h]! * w2[h * shape.classes + c]!,
      bias,
    ),
  );
}

export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, index) => total + value * b[index]!, 0);
}

/**
 * Algorithm 1, lines 4 to 9, to the letter: the look-ahead step with example weights eps, the trusted loss there, and its
 * derivative by eps_i at 0 as a central difference. Returns u_i = -dG/d eps_i / rate.
 */
export function alignmentsByLookAhead(
  shape: MlpShape,
  flat: Float64Array,
  train: readonly Example[],
  trusted: readonly Example[],
  rate: number,
): number[] {
  return train.map((example) => {
    const direction = gradient(shape, flat, example);
    const trustedLossAt = (epsilon: number): number =>
      meanLoss(
        shape,
        flat.map((value, index) => value - rate * epsilon * direction[index]!),
        trusted,
      );
    const epsilon = 1e-5 / rate;
    return -(trustedLossAt(epsilon) - trustedLossAt(-epsilon)) / (2 * epsilon) / rate;
  });
}

export interface ReferenceState {
  readonly parameters: Float64Array;
  readonly momenta: Float64Array;
}

/** One whole step: weights from explicit inner products, SGD with momentum and decay of the kernels only. */
export function referenceStep(
  shape: MlpShape,
  { parameters, momenta }: ReferenceState,
  train: readonly Example[],
  trusted: readonly Example[],
  settings: {
    readonly learningRate: number;
    readonly momentum: number;
    readonly weightDecay: number;
    readonly weighting: 'signed' | 'cosine';
  },
): ReferenceState & { readonly alignments: number[]; readonly weights: number[] } {
  const trustedGradient = meanGradient(shape, parameters, trusted);
  const gradients = train.map((example) => gradient(shape, parameters, example));
  const alignments = gradients.map((each) => dot(each, trustedGradient));
  const scores = alignments.map((u, i) =>
    settings.weighting === 'signed' ? u : u / Math.sqrt(dot(gradients[i]!, gradients[i]!)),
  );
  const sum = scores.reduce((total, score) => total + Math.max(0, score), 0);
  const weights = scores.map((score) => (sum > 0 ? Math.max(0, score) / sum : 0));
  if (sum === 0) return { parameters, momenta, alignments, weights };
  const decays = decayMask(shape);
  const nextMomenta = momenta.map((momentum, p) => {
    const pull = gradients.reduce((total, each, i) => total + weights[i]! * each[p]!, 0);
    return settings.momentum * momentum + pull + settings.weightDecay * decays[p]! * parameters[p]!;
  });
  const next = parameters.map((value, p) => value - settings.learningRate * nextMomenta[p]!);
  return { parameters: next, momenta: nextMomenta, alignments, weights };
}

function decayMask(shape: MlpShape): Float64Array {
  const mask = new Float64Array(parameterCount(shape));
  const [w1, , w2] = split(shape, mask);
  w1!.fill(1);
  w2!.fill(1);
  return mask;
}
