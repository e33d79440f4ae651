/** `touchstone problems`: find near-duplicates, the same image under two labels, blurred, dark, bright, odd and empty images. */
import { Option, type Command } from 'commander';
import { TouchstoneError } from '../../../core/errors.ts';
import { problemKinds, type ProblemKind } from '../../../core/dataset/sample.ts';
import type { ProblemSummary, ProjectStatus } from '../../../contract/payloads.ts';
import { wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

interface ProblemsOptions {
  readonly kind?: readonly ProblemKind[];
  readonly top: number;
}

export function addProblemsCommand(program: Command, session: CliSession): void {
  program
    .command('problems')
    .description('find near-duplicates, the same image under two labels, blurred, dark, bright, odd and empty images')
    .argument('<project>', 'project folder')
    .argument('[action]', 'check (look at every image) or list (what the last check found)', 'list')
    .addOption(
      new Option('--kind <kind...>', 'with list: these kinds only').choices([...problemKinds]).default([], 'all kinds'),
    )
    .option('--top <n>', 'with list: at most so many', wholeNumber(1), 50)
    .addHelpText(
      'after',
      `
Nothing is changed: decide on what is found with touchstone decide. After a training the embeddings take part and more
near-duplicates are found. A kind that more than a third of all images have is left out: it is how your images are.

Examples:
  touchstone problems birds.touchstone check
  touchstone problems birds.touchstone list --kind near-duplicate-other-label near-duplicate-of-trusted
  touchstone problems birds.touchstone list --kind blurred --json`,
    )
    .action(async (project: string, action: string, options: ProblemsOptions) => {
      const status = await session.openProject(project);
      if (action === 'check') return check(session, status);
      if (action === 'list') return list(session, status, options);
      throw new TouchstoneError('wrong-use', `problems has no action "${action}". Use check or list.`);
    });
}

async function check(session: CliSession, { projectId }: ProjectStatus): Promise<void> {
  const { jobId } = await session.call('problems/check', { projectId });
  const summary = await session.finish('problem-check', jobId);
  printSummary(session, summary);
  session.terminal.result(summary);
}

function printSummary({ terminal }: CliSession, { images, counts, leftOut, hadVectors }: ProblemSummary): void {
  const found = problemKinds.flatMap((kind) => (counts[kind] ? [[kind, counts[kind]]] : []));
  terminal.line(
    `${count(images, 'image')} checked${hadVectors ? '' : ', without embeddings: train for a closer look'}.`,
  );
  terminal.line(found.length === 0 ? 'No problem was found.' : formatTable(['kind', 'images'], found));
  for (const kind of leftOut)
    terminal.line(`More than a third of the images are "${kind}": left out as what they are like.`);
}

async function list(
  session: CliSession,
  { projectId }: ProjectStatus,
  { kind = [], top }: ProblemsOptions,
): Promise<void> {
  const summary = await session.call('problems/summary', { projectId });
  const { total, rows } = await session.call('problems/list', { projectId, kinds: kind, offset: 0, limit: top });
  const problems = rows.map((row) => ({
    ...{ path: row.sample.path, kind: row.kind, reason: row.reason },
    ...{ other: row.other?.path ?? null, value: row.value },
  }));
  const { terminal } = session;
  if (summary.checkedAtMs === null) terminal.line('Not checked yet: touchstone problems <project> check');
  else if (!summary.isCurrent) terminal.line('The images were imported anew since the check: check again.');
  if (problems.length > 0) {
    const cells = problems.map((problem) => [problem.kind, printable(problem.path), printable(problem.reason)]);
    terminal.line(formatTable(['kind', 'path', 'why'], cells));
  }
  if (total > problems.length) terminal.line(`${total - problems.length} more: raise --top.`);
  terminal.result({ ...summary, total, problems });
}
