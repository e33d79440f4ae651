/** `touchstone audit`: judge a few images drawn at random, and learn how many labels are wrong. */
import type { Command } from 'commander';
import { TouchstoneError } from '../../../core/errors.ts';
import type { AuditJudgement } from '../../../contract/methods.ts';
import type { AuditReport, AuditState, EstimateView, ProjectStatus } from '../../../contract/payloads.ts';
import { findSample, readCsvRows, requireClass, wholeNumber } from '../arguments.ts';
import { classNames } from '../class-names.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

interface AuditOptions {
  readonly size: number;
  readonly cut?: readonly number[];
  readonly from?: string;
  readonly newClass?: boolean;
}

export function addAuditCommand(program: Command, session: CliSession): void {
  program
    .command('audit')
    .description('judge a few images drawn at random, and learn how many labels are wrong')
    .argument('<project>', 'project folder')
    .argument('<action>', 'draw, list, record or report')
    .argument('[image]', 'with record: path of a drawn image')
    .argument('[judgement]', 'with record: right, wrong or wrong=label')
    .option('--size <n>', 'with draw: how many draws', wholeNumber(1), 100)
    .option('--from <file.csv>', 'with record: read path,judgement,label lines')
    .option('--new-class', 'with record: labels that the dataset does not have yet become classes')
    .option('--cut <n>', 'with report: recall and precision of the first n of the list; may be repeated', collectCuts)
    .addHelpText(
      'after',
      `
Judge the images in the order in which they are listed. What is judged joins the trusted set; draw more to narrow the
intervals, before or after another training.

Examples:
  touchstone audit birds.touchstone draw --size 100
  touchstone audit birds.touchstone record robin/017.jpg right
  touchstone audit birds.touchstone record robin/031.jpg wrong=wren
  touchstone audit birds.touchstone record --from judged.csv
  touchstone audit birds.touchstone report --cut 200 --cut 400`,
    )
    .action(
      async (
        project: string,
        action: string,
        image: string | undefined,
        judgement: string | undefined,
        options: AuditOptions,
      ) => {
        const status = await session.openProject(project);
        if (action === 'draw') return drawMore(session, status, options);
        if (action === 'list') return showState(session, status);
        if (action === 'record') return record(session, status, image, judgement, options);
        if (action === 'report') return report(session, status, options);
        throw new TouchstoneError('wrong-use', `audit has no action "${action}". Use draw, list, record or report.`);
      },
    );
}

function collectCuts(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, wholeNumber(1)(text)];
}

async function drawMore(session: CliSession, status: ProjectStatus, { size }: AuditOptions): Promise<void> {
  printState(session, status, await session.call('audit/draw', { projectId: status.projectId, size }));
}

async function showState(session: CliSession, status: ProjectStatus): Promise<void> {
  printState(session, status, await session.call('audit/list', { projectId: status.projectId }));
}

function printState({ terminal }: CliSession, { classes }: ProjectStatus, state: AuditState): void {
  const nameOf = classNames(classes);
  const pending = state.pending.map(({ path, givenClassId }) => ({ path, given_label: nameOf(givenClassId) }));
  if (pending.length > 0) {
    const rows = pending.map((row) => [printable(row.path), printable(row.given_label)]);
    terminal.line(formatTable(['path', 'given label'], rows));
  }
  terminal.line(
    `${count(state.draws, 'draw')} on ${count(state.images, 'image')}: ${state.judged} judged, ${state.wrong} of them wrong, ` +
      `${pending.length} still to be judged.`,
  );
  terminal.result({ ...state, pending });
}

async function record(
  session: CliSession,
  status: ProjectStatus,
  image: string | undefined,
  judgement: string | undefined,
  options: AuditOptions,
): Promise<void> {
  const items: AuditJudgement[] = [];
  if (image !== undefined) items.push(await toJudgement(session, status, image, judgement ?? '', options));
  if (options.from !== undefined) {
    const rows = await readCsvRows(
      options.from,
      ['path', 'judgement'],
      ({ path = '', judgement: said = '', label = '' }) =>
        toJudgement(session, status, path, label === '' ? said : `${said}=${label}`, options),
    );
    items.push(...rows);
  }
  if (items.length === 0) {
    throw new TouchstoneError('wrong-use', 'Name an image and right, wrong or wrong=label, or a file with --from.');
  }
  printState(session, status, await session.call('audit/record', { projectId: status.projectId, items }));
}

async function toJudgement(
  session: CliSession,
  { projectId, classes }: ProjectStatus,
  path: string,
  said: string,
  { newClass }: AuditOptions,
): Promise<AuditJudgement> {
  const sampleId = await findSample(session, projectId, path);
  if (said === 'right' || said === 'wrong') return { sampleId, kind: said };
  if (!said.startsWith('wrong=') || said === 'wrong=') {
    throw new TouchstoneError('wrong-use', `"${said}" is no judgement of ${path}. Say right, wrong or wrong=label.`);
  }
  const label = said.slice('wrong='.length);
  if (!newClass) requireClass(classes, label);
  const { classId } = await session.call('decide/ensure-class', { projectId, name: label });
  return { sampleId, kind: 'wrong', classId };
}

async function report(session: CliSession, { projectId }: ProjectStatus, { cut }: AuditOptions): Promise<void> {
  const result = await session.call('audit/report', { projectId, ...(cut ? { cuts: cut } : {}) });
  printReport(session, result);
  session.terminal.result(result);
}

function printReport({ terminal }: CliSession, result: AuditReport): void {
  const { draws, judgedDraws, wrongLabels, images, cuts } = result;
  if (wrongLabels === null) {
    const next = draws === 0 ? 'Nothing is drawn yet: touchstone audit <project> draw' : 'Nothing is judged yet.';
    terminal.line(next);
    return;
  }
  const [value, low, high] = [wrongLabels.value, wrongLabels.low, wrongLabels.high].map((x) => Math.round(x));
  terminal.line(
    `Wrong labels: about ${value} of ${images} (95 %: ${low} to ${high}), from ${count(judgedDraws, 'draw')}.`,
  );
  if (judgedDraws < draws) {
    terminal.line(
      `${draws - judgedDraws} draws are not judged. Judge in the listed order: leaving out hard ones biases this.`,
    );
  }
  if (cuts.length === 0) return;
  const rows = cuts.map(({ size, recall, precision }) => [size, formatShare(recall), formatShare(precision)]);
  terminal.line(formatTable(['first of the list', 'finds of all wrong labels', 'wrong among them'], rows));
}

function formatShare(estimate: EstimateView | null): string {
  if (estimate === null) return '-';
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((share) => Math.round(100 * share));
  return `${value} % (${low} to ${high})`;
}
