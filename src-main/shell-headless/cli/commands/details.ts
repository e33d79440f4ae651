/** `touchstone details`: versions, engines and the latest faults, to be copied into a report; nothing of your images or folders. */
import type { Command } from 'commander';
import type { CliSession } from '../session.ts';

export function addDetailsCommand(program: Command, session: CliSession): void {
  program
    .command('details')
    .description(
      'versions, engines and the latest faults, to be copied into a report; nothing of your images or folders',
    )
    .addHelpText('after', '\nExample:\n  touchstone details')
    .action(async () => {
      const { text } = await session.call('app/details', {});
      session.terminal.line(text);
      session.terminal.result({ text });
    });
}
