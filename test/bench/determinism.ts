/**
 * How far two runs' rankings are apart that should be the same: `npm run bench -- determinism [margin] [engine ...]` (`tensorflow`,
 * `webgpu` and `wasm` unless given; those that are not here are left out). The same job twice on each engine, full ranking included (with `margin`
 * the network's margins in its place: the full one takes minutes on a card in software), and each against WebAssembly's, from which it differs
 * by the order of its sums alone: what an engine could lose that promises no order.
 * Under 0.002 in AUROC is wanted.
 */
import { auroc } from '../../src-main/core/metrics/ranking-quality.ts';
import { engineNames } from '../../src-main/core/engine-check.ts';
import type { EngineName } from '../../src-main/core/engine-check.ts';
import { isTouchstoneError } from '../../src-main/core/errors.ts';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { collectRun } from '../factories/collect-run.ts';
import { makePixelJob, makeVectorJob } from '../factories/make-training-job.ts';
import type { NoisyJob } from '../factories/make-training-job.ts';
import { rankByMargin } from '../factories/rank-by-margin.ts';

const allowedDifference = 0.002;
const environment = { enginesFolder: process.env['TOUCHSTONE_TEST_ENGINES'] ?? null };

/** Noise that leaves the ranking room to differ: its AUROC is well below 1. */
const cases: Readonly<Record<string, (engine: EngineName) => NoisyJob>> = {
  'head, 1,500 vectors': (engine) =>
    makeVectorJob({
      ...{ sampleCount: 1500, classCount: 5, dimensions: 64, distance: 2.2, trustedPerClass: 10 },
      settings: { engine, epochs: 5, batchSize: 100, trustedBatchSize: 50 },
    }),
  'lenet, 300 pictures': (engine) =>
    makePixelJob({
      ...{ sampleCount: 300, classCount: 6, trustedPerClass: 10, wrongShare: 0.4 },
      settings: { engine, epochs: 2, batchSize: 50, trustedBatchSize: 30 },
    }),
};

export async function run(args: readonly string[]): Promise<void> {
  const named = engineNames.filter((name) => args.includes(name));
  const wanted = named.length > 0 ? named : engineNames.filter((name) => name !== 'cpu');
  const runner = createInlineRunner({ environment, ...(args.includes('margin') ? { rank: rankByMargin } : {}) });
  const suspicionOf = async ({ job }: NoisyJob): Promise<Float32Array> =>
    (await collectRun(runner.start(job))).finished.scores.suspicion;
  console.log('| Run | Engine | AUROC | twice the same | apart | from WebAssembly |\n|---|---|---|---|---|---|');
  for (const [name, make] of Object.entries(cases)) {
    const reference = await suspicionOf(make('wasm'));
    for (const engine of wanted)
      await compare(name, engine, () => suspicionOf(make(engine)), reference, make(engine).isWrong);
  }
}

async function compare(
  name: string,
  engine: EngineName,
  rank: () => Promise<Float32Array>,
  reference: Float32Array,
  isWrong: readonly boolean[],
): Promise<void> {
  try {
    const [first, second] = [await rank(), await rank()];
    const [one = Number.NaN, other = Number.NaN, its = Number.NaN] = [first, second, reference].map((scores) =>
      quality(scores, isWrong),
    );
    const isSame = first.every((score, sample) => Object.is(score, second[sample]));
    const apart = [Math.abs(one - other), Math.abs(one - its)];
    const columns = [name, engine, one.toFixed(4), isSame ? 'bit for bit' : 'no', ...apart.map((d) => d.toFixed(5))];
    console.log(`| ${columns.join(' | ')} |`);
    if (apart.some((difference) => !(difference < allowedDifference))) process.exitCode = 1;
  } catch (error) {
    if (!isTouchstoneError(error, 'engine-unavailable')) throw error;
    console.log(`${engine}: ${error.message}`);
  }
}

/** Trusted samples are no suspects: theirs is NaN. */
function quality(suspicion: Float32Array, isWrong: readonly boolean[]): number {
  const ranked = [...suspicion.keys()].filter((sample) => !Number.isNaN(suspicion[sample]));
  return auroc(
    ranked.map((sample) => suspicion[sample] ?? 0),
    ranked.map((sample) => Number(isWrong[sample])),
  );
}
