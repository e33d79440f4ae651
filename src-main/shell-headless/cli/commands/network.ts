/** `touchstone network`: write the trained network for use elsewhere: an ONNX file, or a folder for TensorFlow.js. */
import { Option, type Command } from 'commander';
import path from 'node:path';
import type { RunId } from '../../../core/dataset/sample.ts';
import { wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';

interface NetworkOptions {
  readonly format?: 'onnx' | 'tfjs';
  readonly run?: number;
}

export function addNetworkCommand(program: Command, session: CliSession): void {
  program
    .command('network')
    .description('write the trained network for use elsewhere: an ONNX file, or a folder for TensorFlow.js')
    .argument('<project>', 'project folder')
    .argument('<target>', 'file or folder to make')
    .addOption(
      new Option('--format <name>', 'onnx where the name ends in .onnx, else tfjs: a layers model').choices([
        'onnx',
        'tfjs',
      ]),
    )
    .option('--run <id>', 'of this run in place of the newest finished one', wholeNumber(1))
    .addHelpText(
      'after',
      `
A run of the network head takes the vectors of its backbone; the others take images.

Examples:
  touchstone network birds.touchstone birds.onnx
  touchstone network birds.touchstone birds-tfjs --run 3`,
    )
    .action(async (project: string, target: string, { format, run }: NetworkOptions) => {
      const { projectId } = await session.openProject(project);
      const written = await session.call('export/network', {
        ...{ projectId, target: path.resolve(target) },
        format: format ?? (path.extname(target).toLowerCase() === '.onnx' ? 'onnx' : 'tfjs'),
        ...(run === undefined ? {} : { runId: run as RunId }),
      });
      const { terminal } = session;
      terminal.line(`Wrote ${written.network} of run ${written.runId}, ${written.classes.length} classes.`);
      terminal.line(`It takes ${written.input}.`);
      for (const file of written.files) terminal.line(file);
      terminal.result(written);
    });
}
