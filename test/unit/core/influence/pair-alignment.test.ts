import { describe, expect, it } from 'vitest';
import {
  cosineSimilarity,
  pairAlignment,
  pairCosine,
  traceExample,
  traceVoice,
} from '../../../../src-main/core/influence/pair-alignment.ts';
import {
  decodeTrainedHead,
  encodeTrainedHead,
  type TrainedHead,
} from '../../../../src-main/core/influence/trained-head.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';

const [d, h, k] = [5, 4, 3];

function makeHead(seed: number): TrainedHead {
  const random = createRandom(seed);
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  return {
    ...{ means: numbers(d), scales: numbers(d).map((value) => 0.5 + Math.abs(value)) },
    ...{ hiddenKernel: numbers(d * h), hiddenBias: numbers(h), outputKernel: numbers(h * k), outputBias: numbers(k) },
  };
}

/** Cross-entropy of one example, written down a second time and in the plainest way. */
function loss(parameters: readonly number[], input: readonly number[], label: number): number {
  const at = (offset: number, row: number, column: number, width: number): number =>
    parameters[offset + row * width + column] ?? 0;
  const [hiddenBias, outputKernel, outputBias] = [d * h, d * h + h, d * h + h + h * k];
  const hidden = Array.from({ length: h }, (_, unit) =>
    Math.max(
      0,
      input.reduce((sum, value, row) => sum + value * at(0, row, unit, h), at(hiddenBias, 0, unit, h)),
    ),
  );
  const logits = Array.from({ length: k }, (_, c) =>
    hidden.reduce((sum, value, row) => sum + value * at(outputKernel, row, c, k), at(outputBias, 0, c, k)),
  );
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (logits[label] ?? 0);
}

function parametersOf(head: TrainedHead): number[] {
  return [head.hiddenKernel, head.hiddenBias, head.outputKernel, head.outputBias].flatMap((a) => [...a]);
}

function standard(head: TrainedHead, vector: Float32Array): number[] {
  return Array.from(vector, (value, index) => (value - head.means[index]!) * head.scales[index]!);
}

/** By central differences. */
function gradient(head: TrainedHead, vector: Float32Array, label: number): number[] {
  const parameters = parametersOf(head);
  const input = standard(head, vector);
  const step = 1e-5;
  return parameters.map((value, index) => {
    const moved = (by: number): number => loss(parameters.with(index, value + by), input, label);
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

describe('the alignment of two images', () => {
  it.each([1, 2, 3, 4])('is the dot product of their gradients over all parameters (%i)', (seed) => {
    const head = makeHead(seed);
    const random = createRandom(100 + seed);
    const [one, other] = [0, 1].map(() => Float32Array.from({ length: d }, () => random.normal()));
    const [first, second] = [gradient(head, one!, 0), gradient(head, other!, 2)];
    const expected = first.reduce((sum, value, index) => sum + value * second[index]!, 0);
    const found = pairAlignment(traceExample(head, one!, 0), traceExample(head, other!, 2));
    expect(found).toBeCloseTo(expected, 4);
  });

  it('is positive for the same image under the same label, negative under another', () => {
    const head = makeHead(9);
    const vector = new Float32Array(d).fill(0.3);
    const trace = traceExample(head, vector, 1);
    expect(pairAlignment(trace, trace)).toBeGreaterThan(0);
    expect(pairAlignment(trace, traceExample(head, vector, 0))).toBeLessThan(pairAlignment(trace, trace));
  });
});

describe('the cosine of two images', () => {
  const random = createRandom(31);
  const [one, other] = [0, 1].map(() => Float32Array.from({ length: d }, () => random.normal()));

  it('is that of their gradients', () => {
    const head = makeHead(6);
    const [first, second] = [gradient(head, one!, 1), gradient(head, other!, 2)];
    const product = first.reduce((sum, value, index) => sum + value * second[index]!, 0);
    const expected = product / (Math.hypot(...first) * Math.hypot(...second));
    expect(pairCosine(traceExample(head, one!, 1), traceExample(head, other!, 2))).toBeCloseTo(expected, 4);
  });

  it("is, for a voice, the trusted image's gradient under a head that answers every class alike", () => {
    const head = makeHead(7);
    // The same layers, but an output bias that evens the answers out for this very image.
    const logits = (from: TrainedHead): number[] =>
      [0, 1, 2].map((label) => -loss(parametersOf(from), standard(from, other!), label));
    const even = { ...head, outputBias: head.outputBias.map((bias, k) => bias - logits(head)[k]!) };
    const expected = gradient(even, other!, 2);
    const { outputErrors, hiddenErrors } = traceVoice(head, other!, 2);
    // Where the biases are, a gradient is the error itself.
    expected.slice(d * h, d * h + h).forEach((value, index) => expect(hiddenErrors[index]).toBeCloseTo(value, 4));
    expected.slice(-k).forEach((value, index) => expect(outputErrors[index]).toBeCloseTo(value, 4));
  });

  it('is 1 for an image and itself, whatever the head', () => {
    const trace = traceExample(makeHead(2), one!, 0);
    expect(pairCosine(trace, trace)).toBeCloseTo(1, 5);
  });

  it('hears an image that is learned perfectly: its error keeps a direction', () => {
    const head = makeHead(4);
    // Sure to the last bit: p of the label rounds to one.
    const sure = { ...head, outputBias: head.outputBias.map((value, k) => (k === 1 ? value + 60 : value)) };
    const voice = pairCosine(traceExample(sure, one!, 1), traceVoice(sure, one!, 1));
    expect(voice).toBeGreaterThan(0.2);
    const against = pairCosine(traceExample(sure, one!, 0), traceVoice(sure, one!, 1));
    expect(against).toBeLessThan(-0.2);
  });
});

describe('similarity', () => {
  it('is the cosine, and 0 for a vector of zeros', () => {
    expect(cosineSimilarity(Float32Array.of(1, 0), Float32Array.of(1, 1))).toBeCloseTo(Math.SQRT1_2);
    expect(cosineSimilarity(Float32Array.of(2, 0), Float32Array.of(-1, 0))).toBe(-1);
    expect(cosineSimilarity(Float32Array.of(0, 0), Float32Array.of(1, 1))).toBe(0);
  });
});

describe("a head's file", () => {
  const file = encodeTrainedHead(makeHead(3));

  it('gives back every number', () => {
    expect(decodeTrainedHead(file)).toEqual(makeHead(3));
  });

  it.each([
    ['empty', new Uint8Array()],
    ['cut off', file.subarray(0, -4)],
    ['too long', Uint8Array.from([...file, 0, 0, 0, 0])],
    ['of an odd length', file.subarray(0, -1)],
    ['something else', Uint8Array.from(file, (byte, index) => (index === 0 ? byte + 1 : byte))],
  ])('is refused when it is %s', (_name, damaged) => {
    expect(() => decodeTrainedHead(damaged)).toThrow(/damaged/);
  });
});
