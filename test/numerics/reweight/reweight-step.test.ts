/**
 * Properties of algorithms.md, section 7.3, rows 1 to 9 and 15, on the real step.
 *
 * TF.js computes in float32: against the float64 oracle the tolerance is 1e-5 of the largest value for one step, and 1e-4
 * after ten. What must not differ at all is compared exactly.
 */
import '@tensorflow/tfjs-backend-cpu';
import { dispose, memory, ready, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { l2rwCosine } from '../../../src-main/core/reweight/l2rw-cosine.ts';
import { l2rwSigned } from '../../../src-main/core/reweight/l2rw-signed.ts';
import { plainStep } from '../../../src-main/core/reweight/plain-step.ts';
import type { StepInput, StepResult } from '../../../src-main/core/reweight/reweight-step.ts';
import { reweightStep } from '../../../src-main/core/reweight/reweight-step.ts';
import { disposeOptimiserState } from '../../../src-main/core/reweight/sgd.ts';
import { uniform } from '../../../src-main/core/reweight/uniform.ts';
import type { BatchFindings, WeightingMethod } from '../../../src-main/core/reweight/weighting-method.ts';
import {
  makeExamples,
  makeNetwork,
  makeParameters,
  readMomenta,
  readParameters,
  relativeError,
  toBatch,
  toState,
} from './mlp-fixture.ts';
import type { Example, MlpShape, ReferenceState } from './reference-mlp.ts';
import { dot, gradient, meanGradient, referenceStep } from './reference-mlp.ts';

const shape = { inputs: 6, hidden: 5, classes: 4 };
const parameters = makeParameters(shape, 1);
const train = makeExamples(shape, 12, 2);
const trusted = makeExamples(shape, 7, 3);
const sgd = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 };
const float32 = 1e-5;

beforeAll(async () => {
  await setBackend('cpu');
  await ready();
});

interface Outcome {
  readonly result: StepResult;
  readonly findings: BatchFindings;
  readonly parameters: readonly number[];
  readonly momenta: readonly number[];
}

interface StepOptions {
  readonly shape?: MlpShape;
  readonly start?: Float64Array;
  readonly train?: readonly Example[];
  readonly trusted?: readonly Example[];
  readonly method?: WeightingMethod;
  readonly settings?: typeof sgd;
  readonly wantsLogitTangents?: boolean;
  readonly dropout?: number;
  readonly seeds?: Pick<StepInput, 'trainMaskSeed' | 'trustedMaskSeed'>;
}

/** One step from scratch; what it left is read and disposed. */
async function step(options: StepOptions = {}): Promise<Outcome> {
  const size = options.shape ?? shape;
  const network = makeNetwork(size, options.dropout ?? 0);
  const state = toState(size, network, options.start ?? parameters);
  const batches = { train: toBatch(options.train ?? train), trusted: toBatch(options.trusted ?? trusted) };
  const seeds = options.seeds ?? { trainMaskSeed: 1, trustedMaskSeed: 2 };
  const seen: BatchFindings[] = [];
  const method: WeightingMethod = (findings) => {
    seen.push(findings);
    return (options.method ?? l2rwSigned)(findings);
  };
  const { settings = sgd, wantsLogitTangents = false } = options;
  const demands = { ...settings, wantsLogitTangents };
  const result = await reweightStep(network, state, { ...batches, ...seeds }, method, demands);
  const outcome = {
    result,
    findings: seen[0]!,
    parameters: await readParameters(result.state),
    momenta: await readMomenta(result.state),
  };
  disposeOptimiserState(result.state);
  dispose([batches.train.input, batches.trusted.input]);
  return outcome;
}

const forms = [
  { form: 'errors', wantsLogitTangents: false },
  { form: 'tangents', wantsLogitTangents: true },
];

describe.each(forms)('the alignments u by $form', ({ wantsLogitTangents }) => {
  const form = { wantsLogitTangents };

  it('property 1: equal the explicit inner products', async () => {
    const v = meanGradient(shape, parameters, trusted);
    const expected = train.map((example) => dot(gradient(shape, parameters, example), v));
    expect(relativeError((await step(form)).findings.alignments, expected)).toBeLessThan(float32);
  });

  it('property 2: sum to the inner product of the summed gradient', async () => {
    const sum = (await step(form)).findings.alignments.reduce((total, u) => total + u, 0);
    const expected =
      train.length * dot(meanGradient(shape, parameters, train), meanGradient(shape, parameters, trusted));
    expect(Math.abs(sum / expected - 1)).toBeLessThan(float32);
  });

  it('property 5: follow a permutation of the batch, and are equal for duplicates, exactly', async () => {
    const order = [3, 0, 11, 5, 1, 2, 4, 10, 9, 6, 7, 8];
    const plain = (await step(form)).findings.alignments;
    const permuted = (await step({ ...form, train: order.map((index) => train[index]!) })).findings.alignments;
    expect([...permuted]).toEqual(order.map((index) => plain[index]));
    const doubled = (await step({ ...form, train: [...train, train[4]!] })).findings.alignments;
    expect(doubled[12]).toBe(doubled[4]);
  });

  it('property 6: on the trusted batch itself sum to n |v|^2, and some are positive', async () => {
    const { alignments } = (await step({ ...form, train: trusted })).findings;
    const v = meanGradient(shape, parameters, trusted);
    const sum = alignments.reduce((total, u) => total + u, 0);
    expect(Math.abs(sum / (trusted.length * dot(v, v)) - 1)).toBeLessThan(float32);
    expect(Math.max(...alignments)).toBeGreaterThan(0);
  });

  it('property 8: change sign with the label where there are two classes, exactly', async () => {
    const binary = { inputs: 6, hidden: 6, classes: 2 };
    // With two classes u = (p_1 - y_1)(z-dot_1 - z-dot_0), and only the first factor knows the label.
    const examples = makeExamples(binary, 20, 5);
    const flipped = examples.map((example) => ({ ...example, label: 1 - example.label }));
    const [first, second] = [
      await step({
        ...form,
        shape: binary,
        start: makeParameters(binary, 4),
        train: examples,
        trusted: makeExamples(binary, 9, 6),
      }),
      await step({
        ...form,
        shape: binary,
        start: makeParameters(binary, 4),
        train: flipped,
        trusted: makeExamples(binary, 9, 6),
      }),
    ];
    const signs = [...first.findings.alignments].map(Math.sign);
    expect([...second.findings.alignments].map(Math.sign)).toEqual(signs.map((sign) => -sign));
    expect(new Set(signs)).toEqual(new Set([1, -1]));
  });

  it('property 15: do not contain the weight decay, exactly', async () => {
    const without = await step({ ...form, settings: { ...sgd, weightDecay: 0 } });
    const with_ = await step({ ...form, settings: { ...sgd, weightDecay: 0.5 } });
    expect([...with_.findings.alignments]).toEqual([...without.findings.alignments]);
    expect([...with_.result.signals.weight]).toEqual([...without.result.signals.weight]);
    expect(with_.parameters).not.toEqual(without.parameters);
  });
});

describe('the step', () => {
  it.each([
    ['signed', l2rwSigned],
    ['cosine', l2rwCosine],
  ] as const)('follows the oracle over ten steps with %s weights', async (weighting, method) => {
    const network = makeNetwork(shape);
    let state = toState(shape, network, parameters);
    let oracle: ReferenceState = { parameters, momenta: new Float64Array(parameters.length) };
    for (let index = 0; index < 10; index++) {
      const batch = makeExamples(shape, 12, 100 + index);
      const expected = referenceStep(shape, oracle, batch, trusted, { ...sgd, weighting });
      const input = { train: toBatch(batch), trusted: toBatch(trusted), trainMaskSeed: 1, trustedMaskSeed: 2 };
      const result = await reweightStep(network, state, input, method, sgd);
      expect(
        relativeError(
          result.signals.weight,
          expected.weights.map((weight) => weight * 12),
        ),
      ).toBeLessThan(1e-3);
      state = result.state;
      oracle = expected;
      dispose([input.train.input, input.trusted.input]);
    }
    expect(relativeError(await readParameters(state), oracle.parameters)).toBeLessThan(1e-4);
    expect(relativeError(await readMomenta(state), oracle.momenta)).toBeLessThan(1e-3);
    disposeOptimiserState(state);
  });

  it('property 7: changes nothing where no example is helpful', async () => {
    const binary = { inputs: 6, hidden: 5, classes: 2 };
    const start = makeParameters(binary, 4);
    const wrong = makeExamples(binary, 1, 6).map((example) => ({ ...example, label: 1 - example.label }));
    for (const method of [l2rwSigned, l2rwCosine]) {
      const outcome = await step({ shape: binary, start, train: wrong, trusted: makeExamples(binary, 1, 6), method });
      expect(outcome.result.isSkipped).toBe(true);
      expect([...outcome.result.signals.weight]).toEqual([0]);
      expect(outcome.parameters).toEqual([...start]);
      expect(outcome.momenta.every((momentum) => momentum === 0)).toBe(true);
    }
  });

  it('property 9: the trusted pass and its masks leave the real pass alone, exactly', async () => {
    const options = { method: uniform, dropout: 0.5 };
    const first = await step({ ...options, seeds: { trainMaskSeed: 1, trustedMaskSeed: 2 } });
    const second = await step({ ...options, seeds: { trainMaskSeed: 1, trustedMaskSeed: 3 }, trusted: train });
    const otherMask = await step({ ...options, seeds: { trainMaskSeed: 4, trustedMaskSeed: 2 } });
    expect(second.parameters).toEqual(first.parameters);
    expect([...second.findings.alignments]).not.toEqual([...first.findings.alignments]);
    expect(otherMask.parameters).not.toEqual(first.parameters);
  });

  it('is plain training with uniform weights', async () => {
    const network = makeNetwork(shape, 0.5);
    const batch = toBatch(train);
    const plain = plainStep(network, toState(shape, network, parameters), batch, 1, sgd);
    const { parameters: uniformly } = await step({ method: uniform, dropout: 0.5 });
    expect(relativeError(uniformly, await readParameters(plain))).toBeLessThan(float32);
    disposeOptimiserState(plain);
    batch.input.dispose();
  });

  it('says that a loss is not finite and changes nothing', async () => {
    const broken = parameters.with(0, Number.NaN);
    const { result, parameters: after } = await step({ start: broken });
    expect(result.isFinite).toBe(false);
    expect(after).toEqual([...broken]);
  });

  it('leaves no tensor behind, whether it moves, skips or fails', async () => {
    const before = memory().numTensors;
    await step();
    await step({ method: (findings) => ({ weights: new Float64Array(findings.size), logitErrors: null }) });
    await step({ start: parameters.with(0, Number.NaN) });
    await expect(
      step({
        method: () => {
          throw new Error('a broken method');
        },
      }),
    ).rejects.toThrow('a broken method');
    // The broken step kept the state that it was given: eight tensors, and the two inputs of the test.
    expect(memory().numTensors).toBe(before + 10);
  });

  it('reads from the engine once', async () => {
    const network = makeNetwork(shape);
    const state = toState(shape, network, parameters);
    const input = { train: toBatch(train), trusted: toBatch(trusted), trainMaskSeed: 1, trustedMaskSeed: 2 };
    const { backend } = await import('@tensorflow/tfjs-core').then((tf) => ({ backend: tf.backend() }));
    const read = backend.read.bind(backend);
    let reads = 0;
    backend.read = (dataId) => {
      reads++;
      return read(dataId);
    };
    try {
      disposeOptimiserState((await reweightStep(network, state, input, l2rwSigned, sgd)).state);
    } finally {
      backend.read = read;
    }
    expect(reads).toBe(1);
    dispose([input.train.input, input.trusted.input]);
  });
});
