/** How fast the current engine is, in well under two seconds. */
import { conv2d, dispose, ones, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Rank } from '@tensorflow/tfjs-core';
import type { EngineCheck } from '../../core/engine-check.ts';
import type { Network } from '../../core/network/network.ts';
import { createNetwork } from '../../core/network/networks/create-network.ts';
import { uploadParameters } from '../../core/network/parameters.ts';
import { l2rwSigned } from '../../core/reweight/l2rw-signed.ts';
import { reweightStep } from '../../core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../core/reweight/sgd.ts';
import type { OptimiserState } from '../../core/reweight/sgd.ts';
import { makePattern } from './pattern.ts';

const SIDE = 32;
const CHANNELS = 32;
const CLASSES = 10;
const DIMENSIONS = 256;
const VECTORS = 100;
/** An engine that needs longer for a piece of work than this is not given a larger one. */
const enoughMs = 150;
/** Below this a step of a single image takes seconds. Plain JavaScript reached 2.2 on a fast machine, and eight images took it 20 s. */
const slowestGflops = 5;

export async function measureSpeed(): Promise<EngineCheck['speed']> {
  const convolutionGflops = await convolutionSpeed();
  return {
    convolutionGflops,
    examplesPerSecond: convolutionGflops < slowestGflops ? null : await pictureSpeed(),
    vectorsPerSecond: await vectorSpeed(),
  };
}

/** Twice as many images until it takes long enough to measure; the first of each size warms up. */
async function convolutionSpeed(): Promise<number> {
  const kernel = ones<Rank.R4>([3, 3, CHANNELS, CHANNELS]);
  let gflops = 0;
  for (let batch = 1; batch <= 128; batch *= 4) {
    const images = ones<Rank.R4>([batch, SIDE, SIDE, CHANNELS]);
    const convolve = async (): Promise<number> => {
      const startedAtMs = performance.now();
      const result = tidy(() => conv2d(images, kernel, 1, 'same'));
      await result.data();
      result.dispose();
      return performance.now() - startedAtMs;
    };
    const firstMs = await convolve();
    const elapsedMs = Math.min(firstMs, await convolve());
    images.dispose();
    gflops = Math.max(gflops, (2 * batch * SIDE * SIDE * 9 * CHANNELS * CHANNELS) / 1e6 / elapsedMs);
    if (elapsedMs > enoughMs) break;
  }
  kernel.dispose();
  return gflops;
}

const standingStill = { learningRate: 0, momentum: 0, weightDecay: 0 };

/** Twice as many images until it takes long enough; each size twice, since drivers compile what they meet for the first time. */
async function pictureSpeed(): Promise<number> {
  const step = startSteps(createNetwork('small-cnn', { inputShape: [SIDE, SIDE, 3], classCount: CLASSES }));
  let speed = 0;
  for (let batch = 8; batch <= 64; batch *= 2) {
    const firstMs = await step.take(batch);
    const elapsedMs = firstMs > 2 * enoughMs ? firstMs : Math.min(firstMs, await step.take(batch));
    speed = Math.max(speed, (1000 * batch) / elapsedMs);
    if (elapsedMs > enoughMs) break;
  }
  step.dispose();
  return speed;
}

/** Batches of a hundred, as training takes them; the fastest, for the same reason. */
async function vectorSpeed(): Promise<number> {
  const step = startSteps(createNetwork('head', { inputShape: [DIMENSIONS], classCount: CLASSES }));
  const startedAtMs = performance.now();
  let fastestMs = await step.take(VECTORS);
  for (let repeat = 0; repeat < 8 && performance.now() - startedAtMs < 2 * enoughMs; repeat++)
    fastestMs = Math.min(fastestMs, await step.take(VECTORS));
  step.dispose();
  return (1000 * VECTORS) / fastestMs;
}

/** L2RW steps, B = M, that change nothing. `take`: milliseconds of one. */
function startSteps(network: Network): { take(batch: number): Promise<number>; dispose(): void } {
  const values = network.parameters.map(({ shape }, i) =>
    makePattern(
      shape.reduce((product, length) => product * length, 1),
      i + 1,
      0.1,
    ),
  );
  let state: OptimiserState = startOptimiser(uploadParameters(network.parameters, values));
  return {
    take: async (batch) => {
      const shape = [batch, ...network.inputShape];
      const input = tensor(
        makePattern(
          shape.reduce((product, length) => product * length, 1),
          5,
        ),
        shape,
      );
      const labels = Int32Array.from({ length: batch }, (_, index) => index % CLASSES);
      const both = { train: { input, labels }, trusted: { input, labels }, trainMaskSeed: 1, trustedMaskSeed: 2 };
      const startedAtMs = performance.now();
      state = (await reweightStep(network, state, both, l2rwSigned, standingStill)).state;
      const elapsedMs = performance.now() - startedAtMs;
      dispose(input);
      return elapsedMs;
    },
    dispose: () => disposeOptimiserState(state),
  };
}
