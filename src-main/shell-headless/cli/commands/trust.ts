/** `touchstone trust`: the images whose labels are certainly right: everything else is measured against them. */
import type { Command } from 'commander';
import { TouchstoneError } from '../../../core/errors.ts';
import type { SampleId } from '../../../core/dataset/sample.ts';
import type { ProjectStatus, ReviewAction } from '../../../contract/payloads.ts';
import { findSample, parseLabelledPath, readCsvRows, requireClass, wholeNumber } from '../arguments.ts';
import { classNames } from '../class-names.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

interface TrustOptions {
  readonly from?: string;
  readonly perClass: number;
  readonly newClass?: boolean;
}

type Item = { readonly sampleId: SampleId; readonly action: ReviewAction };

export function addTrustCommand(program: Command, session: CliSession): void {
  program
    .command('trust')
    .description('the images whose labels are certainly right: everything else is measured against them')
    .argument('<project>', 'project folder')
    .argument('<action>', 'add, remove, list or suggest')
    .argument('[images...]', 'paths as the import spelled them; path=label where the given label is wrong')
    .option('--from <file.csv>', 'with add: read path,label lines')
    .option('--per-class <n>', 'with suggest: how many for each class', wholeNumber(1), 3)
    .option('--new-class', 'with add: labels that the dataset does not have yet become classes')
    .addHelpText(
      'after',
      `
Three images per class are enough to start with. Look at each before you trust it.

Examples:
  touchstone trust birds.touchstone suggest --per-class 3
  touchstone trust birds.touchstone add robin/017.jpg wren/204.jpg=robin
  touchstone trust birds.touchstone add --from trusted.csv
  touchstone trust birds.touchstone remove robin/017.jpg
  touchstone trust birds.touchstone list`,
    )
    .action(async (project: string, action: string, images: readonly string[], options: TrustOptions) => {
      const status = await session.openProject(project);
      if (action === 'add') return addTrusted(session, status, images, options);
      if (action === 'remove') return removeTrusted(session, status, images);
      if (action === 'list') return listTrusted(session, status);
      if (action === 'suggest') return suggestTrusted(session, status, options.perClass);
      throw new TouchstoneError('wrong-use', `trust has no action "${action}". Use add, remove, list or suggest.`);
    });
}

async function addTrusted(
  session: CliSession,
  status: ProjectStatus,
  images: readonly string[],
  options: TrustOptions,
): Promise<void> {
  const { projectId } = status;
  const wanted: { readonly sampleId: SampleId; readonly label: string | null }[] = [];
  for (const image of images) wanted.push(await parseLabelledPath(session, projectId, image));
  if (options.from !== undefined) {
    const rows = await readCsvRows(options.from, ['path', 'label'], async ({ path = '', label = '' }) => {
      if (label !== '' && !options.newClass) requireClass(status.classes, label);
      return { sampleId: await findSample(session, projectId, path), label: label || null };
    });
    wanted.push(...rows);
  }
  if (wanted.length === 0)
    throw new TouchstoneError('wrong-use', 'Name the images to trust, or a file of them with --from.');
  const items: Item[] = [];
  for (const { sampleId, label } of wanted) {
    if (label === null) {
      items.push({ sampleId, action: { kind: 'trust' } });
      continue;
    }
    if (!options.newClass) requireClass(status.classes, label);
    const { classId } = await session.call('decide/ensure-class', { projectId, name: label });
    items.push({ sampleId, action: { kind: 'trust', classId } });
  }
  await applyItems(session, status, `trust ${count(items.length, 'image')}`, items);
}

async function removeTrusted(session: CliSession, status: ProjectStatus, images: readonly string[]): Promise<void> {
  if (images.length === 0) throw new TouchstoneError('wrong-use', 'Name the images to take out of the trusted set.');
  const items: Item[] = [];
  for (const image of images) {
    items.push({ sampleId: await findSample(session, status.projectId, image), action: { kind: 'distrust' } });
  }
  await applyItems(session, status, `no longer trust ${count(items.length, 'image')}`, items);
}

async function applyItems(
  session: CliSession,
  { projectId }: ProjectStatus,
  title: string,
  items: readonly Item[],
): Promise<void> {
  const { changed } = await session.call('decide/apply-many', { projectId, title, items });
  const after = await session.call('project/status', { projectId });
  session.terminal.line(
    `${count(changed, 'image')} changed. The trusted set has ${count(after.trusted.total, 'image')}.`,
  );
  const lacking = after.classes.filter(({ trusted, given }) => trusted === 0 && given > 0);
  if (lacking.length > 0) {
    session.terminal.line(`Still without a trusted image: ${lacking.map(({ name }) => printable(name)).join(', ')}.`);
  }
  session.terminal.result({ changed, trusted: after.trusted.total });
}

async function listTrusted(session: CliSession, { projectId, classes }: ProjectStatus): Promise<void> {
  const trusted = await session.call('trust/list', { projectId });
  const nameOf = classNames(classes);
  const rows = trusted.map((sample) => ({
    path: sample.path,
    label: nameOf(sample.trustedClassId),
    given_label: nameOf(sample.givenClassId),
  }));
  const cells = rows.map((row) => [printable(row.path), printable(row.label), printable(row.given_label)]);
  session.terminal.line(
    cells.length === 0
      ? 'No image is trusted yet: touchstone trust <project> suggest'
      : formatTable(['path', 'trusted label', 'given label'], cells),
  );
  session.terminal.result({ trusted: rows });
}

async function suggestTrusted(
  session: CliSession,
  { projectId, classes }: ProjectStatus,
  perClass: number,
): Promise<void> {
  const suggestions = await session.call('trust/suggest', { projectId, perClass });
  const nameOf = classNames(classes);
  const rows = suggestions.map(({ sample, reason }) => ({
    path: sample.path,
    given_label: nameOf(sample.givenClassId),
    reason,
  }));
  session.terminal.line(
    formatTable(
      ['path', 'given label', 'why'],
      rows.map((row) => [printable(row.path), printable(row.given_label), row.reason]),
    ),
  );
  session.terminal.line('\nLook at each of them, then: touchstone trust <project> add <path> or <path>=<right label>');
  session.terminal.result({ suggestions: rows });
}
