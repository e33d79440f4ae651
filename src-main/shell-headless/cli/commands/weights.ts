/** `touchstone weights`: write every image's weight, label and error probability as a table, for training elsewhere. */
import { Option, type Command } from 'commander';
import path from 'node:path';
import type { RunId } from '../../../core/dataset/sample.ts';
import type { WeightsFormat } from '../../../contract/methods.ts';
import { wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';
import { count } from '../terminal.ts';

interface WeightsOptions {
  readonly format?: WeightsFormat;
  readonly run?: number;
}

export function addWeightsCommand(program: Command, session: CliSession): void {
  program
    .command('weights')
    .description("write every image's weight, label and error probability as a table, for training elsewhere")
    .argument('<project>', 'project folder')
    .argument('<file>', 'file to make: .csv, .npy or .parquet')
    .addOption(
      new Option('--format <name>', "in place of what the file's name says").choices(['csv', 'npy', 'parquet']),
    )
    .option('--run <id>', 'of this run in place of the newest finished one', wholeNumber(1))
    .addHelpText(
      'after',
      `
The README shows how PyTorch reads it.

Examples:
  touchstone weights birds.touchstone birds-weights.npy
  touchstone weights birds.touchstone birds-weights.parquet --run 3`,
    )
    .action(async (project: string, file: string, { format, run }: WeightsOptions) => {
      const { projectId } = await session.openProject(project);
      const written = await session.call('export/weights', {
        ...{ projectId, file: path.resolve(file) },
        ...(format === undefined ? {} : { format }),
        ...(run === undefined ? {} : { runId: run as RunId }),
      });
      session.terminal.line(`Wrote ${count(written.images, 'image')} of run ${written.runId} to ${written.file}.`);
      session.terminal.result(written);
    });
}
