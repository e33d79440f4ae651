/** `touchstone status`: where a project stands, and what comes next. */
import type { Command } from 'commander';
import type { ProjectStatus } from '../../../contract/payloads.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

export function addStatusCommand(program: Command, session: CliSession): void {
  program
    .command('status')
    .description('where a project stands, and what comes next')
    .argument('<project>', 'project folder')
    .addHelpText('after', '\nExample:\n  touchstone status birds.touchstone')
    .action(async (project: string) => {
      const status = await session.openProject(project);
      printStatus(session, project, status);
      session.terminal.result(status);
    });
}

function printStatus({ terminal }: CliSession, project: string, status: ProjectStatus): void {
  terminal.line(`${status.name}  ${status.folder}${status.isReadOnly ? '  (read-only)' : ''}`);
  terminal.line(status.source ? `images in ${status.source.folder}` : 'nothing imported yet');
  const decided = Object.entries(status.decisions).map(([kind, amount]) => `${kind} ${amount}`);
  terminal.line(
    [
      count(status.samples.present, 'image'),
      ...(status.samples.gone > 0 ? [`${status.samples.gone} gone`] : []),
      `${status.trusted.total} trusted`,
      count(status.runs.finished, 'finished run'),
      count(status.problems, 'problem'),
    ].join(', '),
  );
  terminal.line(`decisions: ${decided.join(', ')}`);
  if (status.classes.length > 0) {
    const rows = status.classes.map((entry) => [
      printable(entry.name),
      entry.given,
      entry.trusted,
      entry.kept,
      entry.relabelled,
      entry.dropped,
      entry.unsure,
    ]);
    terminal.line(formatTable(['class', 'images', 'trusted', 'kept', 'relabelled', 'dropped', 'unsure'], rows));
  }
  terminal.line(`Next: ${nextStep(project, status)}`);
}

function nextStep(project: string, status: ProjectStatus): string {
  if (status.samples.present === 0) return `touchstone import ${project} <folder of images>`;
  if (status.trusted.smallestPerClass === 0) return `touchstone trust ${project} suggest`;
  if (status.runs.finished === 0) return `touchstone train ${project}`;
  return `touchstone rank ${project}, decide, then touchstone export ${project} <folder>`;
}
