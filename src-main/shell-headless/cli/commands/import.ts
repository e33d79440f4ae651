/** `touchstone import`: read a folder of images and their labels; nothing in it is ever changed. */
import { InvalidArgumentError, type Command } from 'commander';
import path from 'node:path';
import type { ImportReport, LabelSpec } from '../../../contract/payloads.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

const problemsShown = 20;

export function addImportCommand(program: Command, session: CliSession): void {
  program
    .command('import')
    .description('read a folder of images and their labels; nothing in it is ever changed')
    .argument('<project>', 'project folder')
    .argument('<folder>', 'folder of images')
    .option('--labels <source>', 'folders, csv:FILE or jsonl:FILE (columns path,label)', parseLabels, {
      kind: 'folders',
    } as const)
    .option('--update', 'look again: add what is new, mark what is gone, keep every mark and decision')
    .addHelpText(
      'after',
      `
With --labels folders an image's label is the name of its folder. A folder with a metadata.csv or metadata.jsonl (Hugging
Face) is recognised by itself.

Examples:
  touchstone import birds.touchstone ~/pictures/birds
  touchstone import birds.touchstone ~/pictures/birds --labels csv:labels.csv
  touchstone import birds.touchstone ~/pictures/birds --update`,
    )
    .action(
      async (project: string, folder: string, options: { readonly labels: LabelSpec; readonly update?: boolean }) => {
        const { projectId } = await session.openProject(project);
        const { jobId } = await session.call('import/start', {
          projectId,
          folder: path.resolve(folder),
          labels: options.labels,
          update: options.update ?? false,
        });
        const report = await session.finish('import', jobId);
        printReport(session, report);
        session.terminal.result(report);
      },
    );
}

function parseLabels(text: string): LabelSpec {
  if (text === 'folders') return { kind: 'folders' };
  const match = /^(csv|jsonl):(.+)$/s.exec(text);
  if (!match?.[2]) throw new InvalidArgumentError('Give folders, csv:FILE or jsonl:FILE.');
  return { kind: match[1] === 'csv' ? 'csv' : 'jsonl', file: path.resolve(match[2]) };
}

function printReport(session: CliSession, report: ImportReport): void {
  const { terminal } = session;
  const changes = [
    [report.added, 'new'],
    [report.updated, 'changed'],
    [report.unchanged, 'as before'],
    [report.gone, 'gone'],
  ] as const;
  const said = changes.map(([amount, word]) => `${amount.toLocaleString('en')} ${word}`);
  terminal.line(
    `${count(report.samples, 'image')} in ${count(report.classes.length, 'class', 'classes')} (${said.join(', ')}).`,
  );
  terminal.line(
    formatTable(
      ['class', 'images'],
      report.classes.map(({ name, given }) => [printable(name), given]),
    ),
  );
  if (report.imbalance !== null && report.imbalance >= 2) {
    terminal.line(`The largest class has ${report.imbalance.toFixed(1)} times as many images as the smallest.`);
  }
  for (const { name, samples } of report.rareClasses) {
    terminal.line(`Only ${count(samples, 'image')} of ${printable(name)}: what is said of them will be uncertain.`);
  }
  if (report.problems.length === 0) return;
  terminal.line(`\n${count(report.problems.length, 'file')} with a problem:`);
  for (const problem of report.problems.slice(0, problemsShown)) {
    terminal.line(`  ${printable(problem.path)} (${problem.kind}): ${printable(problem.reason)}`);
  }
  const rest = report.problems.length - problemsShown;
  if (rest > 0) terminal.line(`  and ${rest} more (--json lists them all)`);
}
