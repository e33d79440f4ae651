/** `touchstone train`: learn which images help to get the trusted ones right, and rank the rest by what was learned. */
import { Option, type Command } from 'commander';
import {
  engineChoices,
  methodNames,
  networkNames,
  normalisationNames,
  scheduleNames,
  weightingNames,
  type RunSettings,
} from '../../../core/reweight/run-settings.ts';
import type { RunDetail } from '../../../contract/payloads.ts';
import { backboneFileName } from '../../../embedding/backbones/backbone-name.ts';
import { notNegative, numberList, positiveNumber, wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';
import { count, formatSeconds } from '../terminal.ts';

interface TrainOptions {
  readonly network?: RunSettings['network'];
  readonly method?: RunSettings['method'];
  readonly weights?: RunSettings['weighting'];
  readonly engine?: RunSettings['engine'];
  readonly backbone?: string;
  readonly epochs?: number;
  readonly fineTune?: number;
  readonly batch?: number;
  readonly trustedBatch?: number;
  readonly microBatch?: number;
  readonly learningRate?: number;
  readonly schedule?: RunSettings['schedule'];
  readonly rateDrops?: readonly number[];
  readonly momentum?: number;
  readonly weightDecay?: number;
  readonly normalisation?: RunSettings['normalisation'];
  readonly dropout?: number;
  readonly width?: number;
  readonly imageSize?: number;
  readonly seed?: number;
  readonly resume?: boolean;
}

export function addTrainCommand(program: Command, session: CliSession): void {
  program
    .command('train')
    .description('learn which images help to get the trusted ones right, and rank the rest by what was learned')
    .argument('<project>', 'project folder')
    .addOption(
      new Option('--network <name>', 'head: a small network on the vectors of a pretrained one').choices(networkNames),
    )
    .addOption(
      new Option('--method <name>', 'l2rw; the others are for comparison, uniform is plain training').choices(
        methodNames,
      ),
    )
    .addOption(new Option('--weights <kind>', "signed: the paper's; cosine: by direction only").choices(weightingNames))
    .option('--epochs <n>', 'times through the images', wholeNumber(1))
    .option('--fine-tune <n>', 'the last so many epochs use the trusted images alone', wholeNumber(0))
    .option('--batch <n>', 'images per step', wholeNumber(2))
    .option('--trusted-batch <n>', 'trusted images per step', wholeNumber(1))
    .option(
      '--micro-batch <n>',
      'images that pass the network at once, for large networks; 0: a whole step',
      wholeNumber(0),
    )
    .option('--learning-rate <x>', 'size of the first steps', positiveNumber)
    .addOption(
      new Option('--schedule <name>', 'how the learning rate falls; step: divided by ten at --rate-drops').choices(
        scheduleNames,
      ),
    )
    .option('--rate-drops <shares>', 'shares of the run, for example 0.5,0.75', numberList)
    .option('--momentum <x>', 'of the optimiser, in [0, 1)', notNegative)
    .option('--weight-decay <x>', 'penalty on large weights of the network', notNegative)
    .addOption(
      new Option('--normalisation <kind>', 'of the residual networks; group: no image sees another').choices(
        normalisationNames,
      ),
    )
    .option('--dropout <x>', 'share of values set to zero, of head and wrn-28-10', notNegative)
    .option('--width <factor>', "channels of the residual networks, times the paper's", positiveNumber)
    .option('--image-size <px>', 'side of the square that images are fitted into', wholeNumber(16))
    .option('--seed <n>', 'the same seed gives the same numbers', wholeNumber(0))
    .addOption(new Option('--engine <name>', 'what computes').choices(engineChoices))
    .option('--backbone <name>', 'for head: whose vectors; "touchstone backbones" lists them', backboneFileName)
    .option('--resume', 'go on with the newest run that did not finish, from its last full epoch')
    .addHelpText(
      'after',
      `
Every option has a default that fits the dataset. Ctrl-C stops at a safe place; --resume goes on from there.

Examples:
  touchstone train birds.touchstone
  touchstone train birds.touchstone --epochs 30 --seed 7
  touchstone train birds.touchstone --network small-cnn --image-size 64
  touchstone train birds.touchstone --network resnet-32 --width 0.5 --normalisation group --micro-batch 25
  touchstone train birds.touchstone --resume`,
    )
    .action(async (project: string, options: TrainOptions) => {
      const { projectId } = await session.openProject(project);
      const { jobId } = options.resume
        ? await session.call('train/resume', { projectId })
        : await session.call('train/start', { projectId, settings: settingsOf(options) });
      const run = await session.finish('training', jobId);
      printRun(session, project, run);
      session.terminal.result(run);
    });
}

function settingsOf(options: TrainOptions): Partial<RunSettings> {
  const settings: { -readonly [Key in keyof RunSettings]?: RunSettings[Key] | undefined } = {
    network: options.network,
    method: options.method,
    weighting: options.weights,
    engine: options.engine,
    backbone: options.backbone,
    epochs: options.epochs,
    fineTuneEpochs: options.fineTune,
    batchSize: options.batch,
    trustedBatchSize: options.trustedBatch,
    microBatchSize: options.microBatch,
    learningRate: options.learningRate,
    schedule: options.schedule,
    rateDrops: options.rateDrops,
    momentum: options.momentum,
    weightDecay: options.weightDecay,
    normalisation: options.normalisation,
    dropout: options.dropout,
    width: options.width,
    imageSize: options.imageSize,
    seed: options.seed,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function printRun(session: CliSession, project: string, run: RunDetail): void {
  const { terminal } = session;
  const last = run.epochs.at(-1);
  const seconds = run.epochs.reduce((sum, epoch) => sum + epoch.durationMs, 0) / 1_000;
  terminal.line(
    `Run ${run.runId}: ${run.settings.method} on ${run.settings.network}, ${count(run.epochsDone, 'epoch')} in ` +
      `${formatSeconds(seconds)} with ${count(run.trustedCount, 'trusted image')} (${run.versions['engine'] ?? run.settings.engine}).`,
  );
  const reason = run.versions['engineReason'];
  if (reason !== undefined) terminal.line(`Computed on ${reason}`);
  if (last) {
    terminal.line(
      `Last epoch: training loss ${last.trainingLoss.toFixed(3)}, trusted loss ${last.trustedLoss.toFixed(3)}, ` +
        `weight zero for ${Math.round(last.zeroWeightShare * 100)} % of the images.`,
    );
  }
  if (run.plateau !== null && run.plateau < run.epochsDone) {
    terminal.line(
      `The weights told wrong labels from right ones up to epoch ${run.plateau}; the score "weight" is their mean until there.`,
    );
  }
  terminal.line(`Next: touchstone rank ${project}`);
}
