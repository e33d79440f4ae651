/**
 * Plain and L2RW steps of the six-convolution network on 32x32 images: `npm run bench -- step [repeats] [engine ...]`.
 *
 * B = 100, M = B and B/10, medians; the steps of PyTorch stand between ours where it is there (TOUCHSTONE_PYTHON names the
 * interpreter). TensorFlow takes part where TOUCHSTONE_TEST_ENGINES names a folder with an engine pack.
 */
import { dispose, tensor4d } from '@tensorflow/tfjs-core';
import type { Network } from '../../src-main/core/network/network.ts';
import { createNetwork } from '../../src-main/core/network/networks/create-network.ts';
import { uploadParameters } from '../../src-main/core/network/parameters.ts';
import { l2rwSigned } from '../../src-main/core/reweight/l2rw-signed.ts';
import { plainStep } from '../../src-main/core/reweight/plain-step.ts';
import { reweightStep } from '../../src-main/core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../src-main/core/reweight/sgd.ts';
import type { OptimiserState } from '../../src-main/core/reweight/sgd.ts';
import type { LabelledBatch } from '../../src-main/core/reweight/trusted-gradient.ts';
import type { Engine } from '../../src-main/engines/engine.ts';
import { knownEngines } from '../../src-main/engines/known-engines.ts';
import { makePattern } from '../../src-main/engines/self-check/pattern.ts';
import { startTorch } from './step/torch-process.ts';

const BATCH = 100;
const SIDE = 32;
const CLASSES = 10;
const WARM_UPS = 3;
const sgd = { learningRate: 0.01, momentum: 0.9, weightDecay: 0 };
const stepNames = ['plain', `L2RW, M = ${BATCH}`, `L2RW, M = ${BATCH / 10}`] as const;
const torchSteps = ['plain', `double ${BATCH}`, `double ${BATCH / 10}`] as const;

export async function run(args: readonly string[]): Promise<void> {
  const [repeatsText = '15', ...wanted] = args;
  const repeats = Number(repeatsText);
  const torch = await startTorch(BATCH);
  console.log(
    `B = ${BATCH}, ${SIDE}x${SIDE}, ${repeats} repeats, medians in ms. ${torch?.description ?? 'No PyTorch here.'}`,
  );
  const enginesFolder = process.env['TOUCHSTONE_TEST_ENGINES'] ?? null;
  const names = wanted.length > 0 ? wanted : ['tensorflow', 'wasm'];
  for (const engine of knownEngines({ enginesFolder }).filter(({ name }) => names.includes(name)))
    await measureEngine(engine, repeats, torch);
  torch?.close();
}

async function measureEngine(
  engine: Engine,
  repeats: number,
  torch: Awaited<ReturnType<typeof startTorch>>,
): Promise<void> {
  const ready = await engine.start().catch((error: Error) => console.log(`${engine.name}: ${error.message}`));
  if (!ready) return;
  const ours: number[][] = stepNames.map(() => []);
  const theirs: number[][] = stepNames.map(() => []);
  const steps = createSteps();
  for (let repeat = -WARM_UPS; repeat < repeats; repeat++) {
    for (const [index, torchStep] of torchSteps.entries()) {
      const ourMs = await steps.time(index);
      const theirMs = (await torch?.time(torchStep)) ?? Number.NaN;
      if (repeat < 0) continue;
      ours[index]?.push(ourMs);
      theirs[index]?.push(theirMs);
    }
  }
  steps.dispose();
  ready.dispose();
  report(`${engine.name} (${ready.device})`, ours.map(median), theirs.map(median));
}

function createSteps(): { time(index: number): Promise<number>; dispose(): void } {
  const network = createNetwork('small-cnn', { inputShape: [SIDE, SIDE, 3], classCount: CLASSES });
  const values = network.parameters.map(({ shape }, index) => makePattern(sizeOf(shape), index + 1, 0.1));
  let state = startOptimiser(uploadParameters(network.parameters, values));
  const [train, few] = [makeBatch(BATCH), makeBatch(BATCH / 10)];
  return {
    time: async (index) => {
      const startedAtMs = performance.now();
      if (index === 0) state = plainStep(network, state, train, 1, sgd);
      else state = await reweight(network, state, train, index === 1 ? train : few);
      // Engines may still be computing when they return: reading waits.
      await state.parameters[0]?.data();
      return performance.now() - startedAtMs;
    },
    dispose: () => {
      disposeOptimiserState(state);
      dispose([train.input, few.input]);
    },
  };
}

async function reweight(
  network: Network,
  state: OptimiserState,
  train: LabelledBatch,
  trusted: LabelledBatch,
): Promise<OptimiserState> {
  const input = { train, trusted, trainMaskSeed: 1, trustedMaskSeed: 2 };
  return (await reweightStep(network, state, input, l2rwSigned, sgd)).state;
}

function makeBatch(size: number): LabelledBatch {
  const input = tensor4d(makePattern(size * SIDE * SIDE * 3, 5), [size, SIDE, SIDE, 3]);
  return { input, labels: Int32Array.from({ length: size }, (_, index) => index % CLASSES) };
}

function report(title: string, ours: readonly number[], theirs: readonly number[]): void {
  const [plain = Number.NaN] = ours;
  console.log(`\n${title}\n| step | ms | times plain | PyTorch ms | PyTorch / ours |\n|---|---|---|---|---|`);
  stepNames.forEach((name, index) => {
    const [our = Number.NaN, their = Number.NaN] = [ours[index], theirs[index]];
    const rest = Number.isNaN(their) ? '- | -' : `${their.toFixed(1)} | ${(their / our).toFixed(2)}`;
    console.log(`| ${name} | ${our.toFixed(1)} | ${(our / plain).toFixed(2)} | ${rest} |`);
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
