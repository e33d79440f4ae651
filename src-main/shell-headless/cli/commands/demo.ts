/** `touchstone demo`: do the whole job on a generated example, and say how many of its planted errors were found. */
import type { Command } from 'commander';
import { runDemo } from '../../demo/run-demo.ts';
import { wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';

export function addDemoCommand(program: Command, session: CliSession): void {
  program
    .command('demo')
    .description('do the whole job on a generated example, and say how many of its planted errors were found')
    .argument('[folder]', 'folder to make; an earlier demo in it is replaced', 'demo-output')
    .option('--seed <n>', 'the same seed draws the same images', wholeNumber(0), 1)
    .addHelpText('after', '\nExamples:\n  touchstone demo\n  touchstone demo ~/try-touchstone --seed 7')
    .action((folder: string, options: { readonly seed: number }) => runDemo(session, folder, options.seed));
}
