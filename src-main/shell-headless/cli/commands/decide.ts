/** `touchstone decide`: say what becomes of an image; nothing is final, and everything can be undone. */
import type { Command } from 'commander';
import { TouchstoneError } from '../../../core/errors.ts';
import type { SampleId } from '../../../core/dataset/sample.ts';
import type { ActionResult, ProjectStatus, ReviewAction } from '../../../contract/payloads.ts';
import { findSample, parseLabelledPath, readCsvRows, requireClass } from '../arguments.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable } from '../terminal.ts';

interface DecideOptions {
  readonly from?: string;
  readonly newClass?: boolean;
}

type Item = { readonly sampleId: SampleId; readonly action: ReviewAction };

const decisionWords = ['keep', 'drop', 'relabel', 'unsure', 'both', 'neither', 'clear'] as const;

/** Entries of the journal that `log` prints. */
const journalShown = 50;

export function addDecideCommand(program: Command, session: CliSession): void {
  program
    .command('decide')
    .description('say what becomes of an image; nothing is final, and everything can be undone')
    .argument('<project>', 'project folder')
    .argument('[action]', 'keep, drop, relabel, unsure, both, neither, clear, undo, redo or log')
    .argument('[images...]', 'paths as the import spelled them; path=label for relabel and both')
    .option('--from <file.csv>', 'read path,decision,label lines')
    .option('--new-class', 'labels that the dataset does not have yet become classes')
    .addHelpText(
      'after',
      `
Examples:
  touchstone decide birds.touchstone keep robin/017.jpg
  touchstone decide birds.touchstone drop robin/018.jpg robin/020.jpg
  touchstone decide birds.touchstone relabel robin/031.jpg=wren
  touchstone decide birds.touchstone both robin/044.jpg=wren      # shows both: stays a robin, the export names the wren too
  touchstone decide birds.touchstone neither robin/045.jpg        # shows none of the classes: left out
  touchstone decide birds.touchstone --from decisions.csv
  touchstone decide birds.touchstone undo
  touchstone decide birds.touchstone log`,
    )
    .action(async (project: string, action: string | undefined, images: readonly string[], options: DecideOptions) => {
      const status = await session.openProject(project);
      if (action === 'undo' || action === 'redo') return stepJournal(session, status, action);
      if (action === 'log') return printJournal(session, status);
      const items = [
        ...(await itemsOfArguments(session, status, action, images, options)),
        ...(options.from === undefined ? [] : await itemsOfFile(session, status, options.from, options)),
      ];
      if (items.length === 0)
        throw new TouchstoneError('wrong-use', 'Name a decision and its images, or a file of them with --from.');
      const title =
        action === undefined || options.from !== undefined
          ? `decide on ${count(items.length, 'image')}`
          : `${action} ${count(items.length, 'image')}`;
      printResult(
        session,
        await session.call('decide/apply-many', { projectId: status.projectId, title, items }),
        'changed',
      );
    });
}

async function itemsOfArguments(
  session: CliSession,
  status: ProjectStatus,
  action: string | undefined,
  images: readonly string[],
  options: DecideOptions,
): Promise<readonly Item[]> {
  if (action === undefined) return [];
  // Before any image is looked for: the word is what is wrong where both are.
  if (!decisionWords.some((word) => word === action)) throw noDecision(action);
  const items: Item[] = [];
  for (const image of images) {
    if (action === 'relabel' || action === 'both') {
      const { sampleId, label } = await parseLabelledPath(session, status.projectId, image);
      items.push({ sampleId, action: await toAction(session, status, action, label ?? '', options) });
    } else {
      const sampleId = await findSample(session, status.projectId, image);
      items.push({ sampleId, action: await toAction(session, status, action, '', options) });
    }
  }
  return items;
}

function itemsOfFile(
  session: CliSession,
  status: ProjectStatus,
  file: string,
  options: DecideOptions,
): Promise<readonly Item[]> {
  return readCsvRows(file, ['path', 'decision'], async ({ path = '', decision = '', label = '' }) => ({
    sampleId: await findSample(session, status.projectId, path),
    action: await toAction(session, status, decision, label, options),
  }));
}

async function toAction(
  session: CliSession,
  status: ProjectStatus,
  decision: string,
  label: string,
  options: DecideOptions,
): Promise<ReviewAction> {
  const kind = decisionWords.find((word) => word === decision);
  if (kind === undefined) throw noDecision(decision);
  if (kind !== 'relabel' && kind !== 'both') return { kind };
  if (label === '') throw new TouchstoneError('wrong-use', `${kind} needs a label: write path=label.`);
  if (!options.newClass) requireClass(status.classes, label);
  const { classId } = await session.call('decide/ensure-class', { projectId: status.projectId, name: label });
  return { kind, classId };
}

function noDecision(word: string): TouchstoneError {
  const message = `"${word}" is not a decision. Use keep, drop, relabel, unsure, both, neither or clear.`;
  return new TouchstoneError('wrong-use', message);
}

async function stepJournal(session: CliSession, { projectId }: ProjectStatus, action: 'undo' | 'redo'): Promise<void> {
  const result = await session.call(action === 'undo' ? 'decide/undo' : 'decide/redo', { projectId });
  if (result.entry === null) session.terminal.line(`Nothing to ${action}.`);
  printResult(session, result, action === 'undo' ? 'undone' : 'done again');
}

function printResult(session: CliSession, result: ActionResult, verb: string): void {
  if (result.entry) session.terminal.line(`${result.entry.title}: ${count(result.changed, 'image')} ${verb}.`);
  else if (verb === 'changed') session.terminal.line('Nothing to change: every image stood like that already.');
  session.terminal.result({ entry: result.entry, changed: result.changed });
}

async function printJournal(session: CliSession, { projectId }: ProjectStatus): Promise<void> {
  const entries = await session.call('decide/journal', { projectId, limit: journalShown });
  const rows = entries.map((entry) => [entry.id, new Date(entry.createdAtMs).toISOString(), entry.state, entry.title]);
  session.terminal.line(formatTable(['', 'when', 'state', 'what'], rows));
  session.terminal.result({ entries });
}
