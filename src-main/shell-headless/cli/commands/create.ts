/** `touchstone create`: make a project: a folder that will hold everything but your images. */
import type { Command } from 'commander';
import type { CliSession } from '../session.ts';

export function addCreateCommand(program: Command, session: CliSession): void {
  program
    .command('create')
    .description('make a project: a folder that will hold everything but your images')
    .argument('<project>', 'folder to make')
    .option('--name <name>', "what to call it (default: the folder's name)")
    .addHelpText(
      'after',
      '\nExamples:\n  touchstone create birds.touchstone\n  touchstone create ~/work/birds --name "Birds of 2026"',
    )
    .action(async (folder: string, options: { readonly name?: string }) => {
      const status = await session.call('project/create', {
        folder,
        ...(options.name === undefined ? {} : { name: options.name }),
      });
      session.terminal.line(`Made ${status.name} in ${status.folder}.`);
      session.terminal.line(`Next: touchstone import ${folder} <folder of images>`);
      session.terminal.result({ project: status.folder, name: status.name });
    });
}
