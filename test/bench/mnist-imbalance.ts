/**
 * The paper's first experiment at its hardest, as `touchstone reproduce mnist-imbalance` runs it: handwritten 4 against 9, 99.5 % nines. Plain
 * training answers 9 to everything; L2RW does not. Fails where L2RW stays under 94 %.
 */
import path from 'node:path';
import { engineChoices } from '../../src-main/core/reweight/run-settings.ts';
import { mnistImbalance } from '../../src-main/reproduce/presets/mnist-imbalance.ts';
import { reproduce } from '../../src-main/reproduce/reproduce.ts';

const dataset = path.resolve(import.meta.dirname, '../../../shared/data/mnist-4-9');
const wantedL2rw = 0.94;

/** @param args `--scale S` (1), `--seeds N` (1), `--engine NAME` (auto), `--out DIR` (where runs are kept; another run with it goes on). */
export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const { results } = await reproduce(
    {
      preset: mnistImbalance,
      data: { folder: dataset, testFolder: null, labelFile: null },
      outFolder: path.resolve(option('--out') ?? 'out/mnist-imbalance'),
      scale: Number(option('--scale') ?? 1),
      seeds: Number(option('--seeds') ?? 1),
      engine: engineChoices.find((name) => name === option('--engine')) ?? 'auto',
      environment: { enginesFolder: process.env['TOUCHSTONE_TEST_ENGINES'] ?? null },
      overrides: {},
      only: ['0.995', 'BASELINE', 'L2RW'],
      signal: new AbortController().signal,
    },
    {
      onRun: () => {},
      onProgress: () => {},
      onResult: ({ row, seed, accuracy, steps, seconds }) =>
        console.log(
          `${row}, seed ${seed}: balanced test accuracy ${accuracy.toFixed(4)} after ${steps} steps, ${(seconds / 60).toFixed(1)} min`,
        ),
    },
  );
  if (results.some(({ row, accuracy }) => row === 'L2RW' && accuracy < wantedL2rw)) process.exitCode = 1;
}
