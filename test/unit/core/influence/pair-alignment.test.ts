import { describe, expect, it } from 'vitest';
import { cosineSimilarity, pairAlignment, traceExample } from '../../../../src-main/core/influence/pair-alignment.ts';
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

/** By central differences. */
function gradient(head: TrainedHead, vector: Float32Array, label: number): number[] {
  const parameters = [head.hiddenKernel, head.hiddenBias, head.outputKernel, head.outputBias].flatMap((a) => [...a]);
  const input = Array.from(vector, (value, index) => (value - head.means[index]!) * head.scales[index]!);
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
