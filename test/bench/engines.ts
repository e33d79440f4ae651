/**
 * Plain and L2RW steps of three networks on each engine: `npm run bench -- engines [repeats] [network@side ...] [engine ...]`.
 *
 * The six-convolution network and ResNet-32 on 32x32 images and the former on 128x128 (WebAssembly only the first unless asked), B = 100, M = B and
 * B/10, medians; the steps of PyTorch stand between ours where it is there (TOUCHSTONE_PYTHON names the interpreter). TensorFlow takes
 * part where TOUCHSTONE_TEST_ENGINES names a folder with an engine pack.
 */
import { dispose, tensor4d } from '@tensorflow/tfjs-core';
import type { Network } from '../../src-main/core/network/network.ts';
import { createNetwork } from '../../src-main/core/network/networks/create-network.ts';
import { createParameters } from '../../src-main/core/network/parameters.ts';
import { l2rwSigned } from '../../src-main/core/reweight/l2rw-signed.ts';
import { plainStep } from '../../src-main/core/reweight/plain-step.ts';
import { reweightStep } from '../../src-main/core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../src-main/core/reweight/sgd.ts';
import type { OptimiserState } from '../../src-main/core/reweight/sgd.ts';
import type { LabelledBatch } from '../../src-main/core/reweight/trusted-gradient.ts';
import type { Engine } from '../../src-main/engines/engine.ts';
import { knownEngines } from '../../src-main/engines/known-engines.ts';
import { makePattern } from '../../src-main/engines/self-check/pattern.ts';
import { startTorch } from './engines/torch-process.ts';

const BATCH = 100;
const CLASSES = 10;
const WARM_UPS = 3;
/** A training takes its steps one after another: alone, each would pay for waking the threads and for cold caches, ours and theirs. */
const STEPS_PER_TURN = 5;
/** Both libraries' threads go on spinning for a while after their work, on the cores that the other one wants. */
const REST_MS = 40;
const cases = ['small-cnn@32', 'resnet-32@32', 'small-cnn@128'] as const;
type Case = (typeof cases)[number];
const sgd = { learningRate: 0.01, momentum: 0.9, weightDecay: 0 };
const stepNames = ['plain', `L2RW, M = ${BATCH}`, `L2RW, M = ${BATCH / 10}`] as const;
const torchSteps = ['plain', `double ${BATCH}`, `double ${BATCH / 10}`] as const;

export async function run(args: readonly string[]): Promise<void> {
  const repeats = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 9);
  const isWanted = (name: string): boolean => args.includes(name);
  const wantedCases = cases.some(isWanted) ? cases.filter(isWanted) : cases;
  const enginesFolder = process.env['TOUCHSTONE_TEST_ENGINES'] ?? null;
  const engines = knownEngines({ enginesFolder }).filter(({ name }) => ['tensorflow', 'wasm', 'webgpu'].includes(name));
  const wantedEngines = engines.some(({ name }) => isWanted(name))
    ? engines.filter(({ name }) => isWanted(name))
    : engines.filter(({ name }) => name !== 'webgpu');
  for (const which of wantedCases) {
    const torch = await startTorch(BATCH, ...partsOf(which));
    console.log(`\n${which}, B = ${BATCH}, ${repeats} repeats, medians. ${torch?.description ?? 'No PyTorch here.'}`);
    for (const engine of wantedEngines) {
      if (engine.name !== 'tensorflow' && which !== cases[0] && !isWanted(engine.name)) continue;
      await measureEngine(engine, which, repeats, torch);
    }
    torch?.close();
  }
}

function partsOf(which: Case): [network: 'small-cnn' | 'resnet-32', side: number] {
  const [network, side] = which.split('@');
  return [network === 'resnet-32' ? 'resnet-32' : 'small-cnn', Number(side)];
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST_MS));

async function measureEngine(
  engine: Engine,
  which: Case,
  repeats: number,
  torch: Awaited<ReturnType<typeof startTorch>>,
): Promise<void> {
  const ready = await engine.start().catch((error: Error) => console.log(`${engine.name}: ${error.message}`));
  if (!ready) return;
  const ours: number[][] = stepNames.map(() => []);
  const theirs: number[][] = stepNames.map(() => []);
  const steps = createSteps(which);
  for (let repeat = -WARM_UPS; repeat < repeats; repeat++) {
    for (const [index, torchStep] of torchSteps.entries()) {
      await rest();
      const ourMs = await meanOfTurn(() => steps.time(index));
      await rest();
      const theirMs = torch === null ? Number.NaN : await meanOfTurn(() => torch.time(torchStep));
      if (repeat < 0) continue;
      ours[index]?.push(ourMs);
      theirs[index]?.push(theirMs);
    }
  }
  steps.dispose();
  ready.dispose();
  report(`${engine.name} (${ready.device})`, ours.map(median), theirs.map(median));
}

async function meanOfTurn(step: () => Promise<number>): Promise<number> {
  let totalMs = 0;
  for (let i = 0; i < STEPS_PER_TURN; i++) totalMs += await step();
  return totalMs / STEPS_PER_TURN;
}

function createSteps(which: Case): { time(index: number): Promise<number>; dispose(): void } {
  const [name, side] = partsOf(which);
  const network = createNetwork(name, { inputShape: [side, side, 3], classCount: CLASSES });
  let state = startOptimiser(createParameters(network.parameters, 1));
  const [train, few] = [makeBatch(BATCH, side), makeBatch(BATCH / 10, side)];
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

function makeBatch(size: number, side: number): LabelledBatch {
  const input = tensor4d(makePattern(size * side * side * 3, 5), [size, side, side, 3]);
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
