/** `touchstone licences`: whose work is in the app: its packages, installed engine packs, backbones, and their licences. */
import type { Command } from 'commander';
import type { LicenceEntry } from '../../../contract/payloads.ts';
import { TouchstoneError } from '../../../core/errors.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

export function addLicencesCommand(program: Command, session: CliSession): void {
  program
    .command('licences')
    .description('whose work is in the app: its packages, installed engine packs, backbones, and their licences')
    .argument('[words]', 'only those whose name or licence holds these words')
    .option('--text', 'print the text of the licence; the words must name one')
    .addHelpText(
      'after',
      '\nExamples:\n  touchstone licences\n  touchstone licences apache\n  touchstone licences onnxruntime-node --text',
    )
    .action(async (words: string | undefined, { text = false }: { readonly text?: boolean }) => {
      const all = await session.call('app/licences', {});
      const entries = all.filter((entry) => matches(entry, words ?? ''));
      if (text) return printText(session, entries, words ?? '');
      const rows = entries.map(({ kind, name, licence, source }) => [printable(name), licence, kind, source ?? '-']);
      session.terminal.line(formatTable(['name', 'licence', 'kind', 'from'], rows));
      session.terminal.line(`${count(entries.length, 'entry', 'entries')}.`);
      session.terminal.result({ licences: entries });
    });
}

function matches({ name, licence, kind }: LicenceEntry, words: string): boolean {
  return `${name} ${licence} ${kind}`.toLowerCase().includes(words.toLowerCase());
}

async function printText(session: CliSession, entries: readonly LicenceEntry[], words: string): Promise<void> {
  const exact = entries.filter(({ name }) => name === words || name.startsWith(`${words} `));
  const [entry, ...others] = exact.length > 0 ? exact : entries;
  if (entry === undefined) throw new TouchstoneError('not-found', `Nothing here is called "${words}".`);
  if (others.length > 0) {
    const names = [entry, ...others].slice(0, 10).map(({ name }) => name);
    throw new TouchstoneError(
      'wrong-use',
      `"${words}" fits ${others.length + 1} entries: ${names.join(', ')}. Name one.`,
    );
  }
  const { text } = await session.call('app/licence-text', { kind: entry.kind, name: entry.name });
  session.terminal.line(text ?? `${entry.name} is under ${entry.licence}; it brings no text of its own.`);
  session.terminal.result({ ...entry, text });
}
