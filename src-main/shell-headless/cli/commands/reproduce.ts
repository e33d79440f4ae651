/** `touchstone reproduce`: run an experiment of the papers with the papers' settings: a table, charts and every number behind them. */
import { Option, type Command } from 'commander';
import path from 'node:path';
import { defaultSettings } from '../../../core/reweight/default-settings.ts';
import { TouchstoneError } from '../../../core/errors.ts';
import {
  engineChoices,
  networkNames,
  type EngineChoice,
  type RunSettings,
} from '../../../core/reweight/run-settings.ts';
import type { CellResult } from '../../../reproduce/cell-result.ts';
import type { Preset } from '../../../reproduce/preset.ts';
import { presets } from '../../../reproduce/presets/index.ts';
import { reproduce } from '../../../reproduce/reproduce.ts';
import { shippedBackbones } from '../../create-host.ts';
import { createPixelEmbedder } from '../../host/pixel-embedder.ts';
import { userDataFolder } from '../../host/user-data-folder.ts';
import { positiveNumber, wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';
import { count, formatSeconds, formatTable } from '../terminal.ts';

interface ReproduceOptions {
  readonly data?: string;
  readonly test?: string;
  readonly labels?: string;
  readonly scale: number;
  readonly seeds?: number;
  readonly engine: EngineChoice;
  readonly out?: string;
  readonly only: readonly string[];
  readonly network?: RunSettings['network'];
  readonly width?: number;
  readonly microBatch?: number;
  readonly learningRate?: number;
  readonly imageSize?: number;
}

export function addReproduceCommand(program: Command, session: CliSession): void {
  program
    .command('reproduce')
    .description(
      "run an experiment of the papers with the papers' settings: a table, charts and every number behind them",
    )
    .argument('[preset]', 'which; all are listed unless one is named')
    .option('--data <folder>', 'the images: see the list of presets')
    .option('--test <folder>', 'test images in class folders, where they lie elsewhere')
    .option('--labels <csv>', 'path,true_label of the training images, where their folders are not the truth')
    .option('--scale <s>', "share of the paper's steps, up to 1", positiveNumber, 1)
    .option('--seeds <n>', "runs of each kind; the paper's number unless given", wholeNumber(1))
    .option('--only <names...>', 'only these rows or columns of the table', [])
    .addOption(new Option('--network <name>', "another network than the paper's").choices(networkNames))
    .option('--width <factor>', "channels of the residual networks, times the paper's", positiveNumber)
    .option('--learning-rate <x>', "another than the paper's", positiveNumber)
    .option('--image-size <px>', 'side that images of class folders are fitted into', wholeNumber(8))
    .option('--micro-batch <n>', 'images that pass the network at once, where the memory is small', wholeNumber(1))
    .addOption(new Option('--engine <name>', 'what computes').choices(engineChoices).default('auto'))
    .option('--out <folder>', 'where runs and report go; touchstone-<preset> here unless given')
    .addHelpText(
      'after',
      `
Ctrl-C stops at a safe place; the same command goes on from there. Runs that are finished are not done again.

Examples:
  touchstone reproduce
  touchstone reproduce mnist-imbalance --data ~/mnist --scale 0.25 --seeds 3 --only 0.99 0.995
  touchstone reproduce cifar-background --data ~/cifar-10-batches-bin --engine tensorflow --seeds 1
  touchstone reproduce cifar-background --data ~/cifar-part --test ~/cifar-test --network small-cnn --scale 0.02
  touchstone reproduce cifar-background --data ~/cifar-part --test ~/cifar-test --network head --learning-rate 0.02 --scale 0.02`,
    )
    .action(async (name: string | undefined, options: ReproduceOptions) => {
      if (name === undefined) listPresets(session);
      else await run(session, findPreset(name), options);
    });
}

function listPresets({ terminal }: CliSession): void {
  for (const { name, title, source, wants } of presets) {
    terminal.line(`${name}: ${title}\n  ${source}\n  --data: ${wants}\n`);
  }
  terminal.result({
    presets: presets.map(({ name, title, source, wants, seeds }) => ({ name, title, source, wants, seeds })),
  });
}

function findPreset(name: string): Preset {
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset) return preset;
  const names = presets.map((candidate) => candidate.name);
  throw new TouchstoneError('wrong-use', `There is no preset "${name}". Choose one of ${names.join(', ')}.`, {
    details: { name, presets: names },
  });
}

async function run(session: CliSession, preset: Preset, options: ReproduceOptions): Promise<void> {
  const { terminal, signal } = session;
  if (options.data === undefined)
    throw new TouchstoneError(
      'wrong-use',
      `Say with --data where the images are. ${preset.name} wants ${preset.wants}.`,
    );
  if (options.scale > 1)
    throw new TouchstoneError('wrong-use', `The scale is ${options.scale}. Give a number up to 1.`);
  const outFolder = path.resolve(options.out ?? `touchstone-${preset.name}`);
  const line = terminal.progress();
  const { backbone, imageSize } = defaultSettings('head', 1);
  const embedder = createPixelEmbedder(shippedBackbones, backbone, options.imageSize ?? imageSize);
  let stage = '';
  try {
    const { results, files } = await reproduce(
      {
        preset,
        data: {
          folder: path.resolve(options.data),
          testFolder: options.test === undefined ? null : path.resolve(options.test),
          labelFile: options.labels === undefined ? null : path.resolve(options.labels),
        },
        outFolder,
        scale: options.scale,
        seeds: options.seeds ?? preset.seeds,
        engine: options.engine,
        environment: { enginesFolder: path.join(userDataFolder(), 'engines') },
        overrides: overridesOf(options),
        embed: embedder.embed,
        ...{ only: options.only, signal },
      },
      {
        onRun: ({ row, column, seed, index, total }) =>
          (stage = `${index + 1}/${total} ${row} at ${column}, seed ${seed}`),
        onProgress: ({ done, total, accuracy }) =>
          line.update({ stage, done, total, detail: accuracy === null ? '' : `test ${percent(accuracy)}` }),
        onResult: (result, wasThere) => {
          if (!wasThere) terminal.note(describeResult(result));
        },
      },
    );
    printTable(session, results);
    for (const file of files) terminal.line(file);
    terminal.result({ preset: preset.name, out: outFolder, files, runs: results });
  } finally {
    line.stop();
    await embedder.close();
  }
}

/** Another network also has another dropout; the head takes what the app's own backbone makes of its usual size. */
function overridesOf({ network, width, microBatch, learningRate, imageSize }: ReproduceOptions): Partial<RunSettings> {
  const usual = network === undefined ? null : defaultSettings(network, 1);
  const parts = usual === null ? {} : { network: usual.network, dropout: usual.dropout };
  const size = usual?.network === 'head' ? { imageSize: usual.imageSize } : {};
  return {
    ...{ ...parts, ...size },
    ...(width === undefined ? {} : { width }),
    ...(microBatch === undefined ? {} : { microBatchSize: microBatch }),
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(imageSize === undefined ? {} : { imageSize }),
  };
}

function describeResult({ row, column, seed, accuracy, steps, seconds }: CellResult): string {
  return `${row} at ${column}, seed ${seed}: test ${percent(accuracy)} after ${count(steps, 'step')} in ${formatSeconds(seconds)}`;
}

function printTable({ terminal }: CliSession, results: readonly CellResult[]): void {
  const columns = [...new Set(results.map(({ column }) => column))];
  const rows = [...new Set(results.map(({ row }) => row))];
  const cell = (row: string, column: string): string => {
    const found = results.filter((result) => result.row === row && result.column === column);
    if (found.length === 0) return '-';
    return percent(found.reduce((sum, { accuracy }) => sum + accuracy, 0) / found.length);
  };
  terminal.line(
    formatTable(
      ['test accuracy', ...columns],
      rows.map((row) => [row, ...columns.map((column) => cell(row, column))]),
    ),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
