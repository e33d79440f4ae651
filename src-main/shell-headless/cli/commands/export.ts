/** `touchstone export`: write the cleaned dataset into a new folder, verified file by file; the originals stay as they are. */
import { Option, type Command } from 'commander';
import path from 'node:path';
import type { ExportRequest } from '../../../contract/methods.ts';
import type { ExportPlanView } from '../../../contract/payloads.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

const renamesShown = 10;

export function addExportCommand(program: Command, session: CliSession): void {
  program
    .command('export')
    .description('write the cleaned dataset into a new folder, verified file by file; the originals stay as they are')
    .argument('<project>', 'project folder')
    .argument('<folder>', 'folder to make')
    .addOption(
      new Option('--format <name>', 'folders: one folder per class; csv, jsonl: a manifest of the originals')
        .choices(['folders', 'csv', 'jsonl'])
        .default('folders'),
    )
    .addOption(new Option('--link <kind>', 'how files get there').choices(['hard', 'symbolic', 'copy']).default('copy'))
    .addHelpText(
      'after',
      `
Examples:
  touchstone export birds.touchstone ~/pictures/birds-clean
  touchstone export birds.touchstone ~/pictures/birds-clean --link hard
  touchstone export birds.touchstone ~/birds-labels --format csv`,
    )
    .action(async (project: string, folder: string, options: Pick<ExportRequest, 'format' | 'link'>) => {
      const { projectId } = await session.openProject(project);
      const request = { projectId, folder: path.resolve(folder), format: options.format, link: options.link };
      printPlan(session, await session.call('export/plan', request));
      const { jobId } = await session.call('export/start', request);
      const result = await session.finish('export', jobId);
      session.terminal.line(`Wrote and verified ${count(result.verified, 'file')} in ${result.targetFolder}.`);
      session.terminal.line(`Every image's labels and scores: ${result.manifestFile}`);
      session.terminal.result(result);
    });
}

function printPlan({ terminal }: CliSession, plan: ExportPlanView): void {
  const rows = plan.classes.map(({ name, before, after }) => [printable(name), before, after]);
  terminal.line(formatTable(['class', 'before', 'after'], rows));
  terminal.line(`${count(plan.relabelled, 'image')} relabelled, ${plan.dropped} dropped.`);
  for (const { from, to, reason } of plan.renamed.slice(0, renamesShown)) {
    terminal.line(`  ${printable(from)} becomes ${printable(to)}: ${reason}`);
  }
  const rest = plan.renamed.length - renamesShown;
  if (rest > 0) terminal.line(`  and ${rest} more renamed (the manifest lists them)`);
}
