/**
 * Whether learning one image under its label helps or hurts another one: the angle between the two gradients, in closed form for the
 * head. It is what L2RW sums over the trusted set when it weights an image, taken apart again into single trusted images.
 */
import type { TrainedHead } from './trained-head.ts';

/** What one image contributes to the gradients: inputs a and errors delta of both layers. */
export interface ExampleTrace {
  /** Standardised vector [D]: a of the hidden layer. */
  readonly input: Float32Array;
  /** Hidden activations [H]: a of the last layer. */
  readonly hidden: Float32Array;
  /** Derivative of the loss by the hidden layer's outputs before the ReLU, [H]. */
  readonly hiddenErrors: Float32Array;
  /** p - y, [K]. */
  readonly outputErrors: Float32Array;
}

/** The trace of a vector [D], not standardised, under a label (class index). D H + 2 H K multiplications. */
export function traceExample(head: TrainedHead, vector: Float32Array, label: number): ExampleTrace {
  const { input, hidden } = passHidden(head, vector);
  const outputErrors = softmax(multiplyAdd(hidden, head.outputKernel, head.outputBias));
  // p - 1 would round to zero where p is near one, and the direction of the error would go with it.
  outputErrors[label] = 0;
  outputErrors[label] = -outputErrors.reduce((sum, p) => sum + p, 0);
  return { input, hidden, outputErrors, hiddenErrors: passErrorsBack(head, hidden, outputErrors) };
}

/**
 * The same of a trusted image as a voice: with the error 1/K - y in place of p - y, as though the head had yet to learn it. It is the gradient of
 * mean(z) - z_y. With p - y an image that the head knows by heart would speak with a rest that points nowhere (measured: README.md).
 */
export function traceVoice(head: TrainedHead, vector: Float32Array, label: number): ExampleTrace {
  const { input, hidden } = passHidden(head, vector);
  const classCount = head.outputBias.length;
  const outputErrors = new Float32Array(classCount).fill(1 / classCount);
  outputErrors[label]! -= 1;
  return { input, hidden, outputErrors, hiddenErrors: passErrorsBack(head, hidden, outputErrors) };
}

function passHidden(head: TrainedHead, vector: Float32Array): Pick<ExampleTrace, 'input' | 'hidden'> {
  const input = standardise(head, vector);
  const hidden = multiplyAdd(input, head.hiddenKernel, head.hiddenBias).map((value) => Math.max(0, value));
  return { input, hidden };
}

function passErrorsBack({ outputKernel }: TrainedHead, hidden: Float32Array, outputErrors: Float32Array): Float32Array {
  const classCount = outputErrors.length;
  return hidden.map((activation, h) => {
    if (activation <= 0) return 0;
    return dot(outputKernel.subarray(h * classCount, (h + 1) * classCount), outputErrors);
  });
}

/**
 * u_ij = sum over layers of (a_i . a_j + 1)(delta_i . delta_j): the dot product of both images' gradients over all parameters
 * (the 1 stands for the biases). Positive: a step on one lowers the loss of the other, so it speaks for the label.
 */
export function pairAlignment(one: ExampleTrace, other: ExampleTrace): number {
  const last = (dot(one.hidden, other.hidden) + 1) * dot(one.outputErrors, other.outputErrors);
  const first = (dot(one.input, other.input) + 1) * dot(one.hiddenErrors, other.hiddenErrors);
  return first + last;
}

/** Length of an example's gradient, the square root of u_ii. */
export function gradientNorm(trace: ExampleTrace): number {
  return Math.sqrt(pairAlignment(trace, trace));
}

/**
 * c_ij = u_ij / (|grad f_i| |grad f_j|), in [-1, 1]: u_ij is mostly the size of both errors, so that without this the images that
 * the head has not learned drown out the others. 0 where an error is exactly zero.
 */
export function pairCosine(
  one: ExampleTrace,
  other: ExampleTrace,
  norms = gradientNorm(one) * gradientNorm(other),
): number {
  return norms > 0 ? pairAlignment(one, other) / norms : 0;
}

/** Cosine of the angle between two vectors, in [-1, 1]; 0 where one of them is zero. */
export function cosineSimilarity(one: Float32Array, other: Float32Array): number {
  const product = Math.sqrt(dot(one, one) * dot(other, other));
  return product > 0 ? dot(one, other) / product : 0;
}

/** (x - mean) / standard deviation per dimension, [D]. */
export function standardise({ means, scales }: TrainedHead, vector: Float32Array): Float32Array {
  return vector.map((value, d) => (value - means[d]!) * scales[d]!);
}

function multiplyAdd(input: Float32Array, kernel: Float32Array, bias: Float32Array): Float32Array {
  const output = bias.slice();
  const width = bias.length;
  for (let d = 0; d < input.length; d++) {
    const value = input[d]!;
    if (value === 0) continue;
    for (let e = 0; e < width; e++) output[e]! += value * kernel[d * width + e]!;
  }
  return output;
}

function softmax(logits: Float32Array): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}
