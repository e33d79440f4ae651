/** `touchstone selftest`: plant known errors in a copy of the labels, train on it, and see how many of them are found. */
import type { Command } from 'commander';
import type { SelfTestReport } from '../../../contract/payloads.ts';
import type { CliSession } from '../session.ts';
import { count } from '../terminal.ts';

export function addSelfTestCommand(program: Command, session: CliSession): void {
  program
    .command('selftest')
    .description('plant known errors in a copy of the labels, train on it, and see how many of them are found')
    .argument('<project>', 'project folder')
    .addHelpText(
      'after',
      `
Takes as long as the training did. No label of the project changes. Three kinds of errors are planted, easy and hard ones, and
the answer is a range that holds for each: nobody knows which kind the real ones are. Once some images were judged, an audit says more (touchstone audit --help).

Example:
  touchstone selftest birds.touchstone`,
    )
    .action(async (project: string) => {
      const { projectId } = await session.openProject(project);
      const { jobId } = await session.call('self-test/start', { projectId });
      const report = await session.finish('self-test', jobId);
      printReport(session, report);
      session.terminal.result(report);
    });
}

function printReport({ terminal }: CliSession, { planted, cut, ...report }: SelfTestReport): void {
  const { recall, precisionOfNext, reviewForMost } = report;
  const inPercent = ({ low, high }: SelfTestReport['recall']): string =>
    `${Math.round(100 * low)} to ${Math.round(100 * high)} %`;
  const { fromMatrix, hard, uniform } = planted;
  const kinds = `${fromMatrix} like the errors found here, ${hard} as hard as they come, ${uniform} with any other label`;
  terminal.line(`Planted: ${kinds}. For wrong labels of these kinds:`);
  terminal.line(`The first ${count(cut, 'image')} of the list hold ${inPercent(recall)} of them.`);
  terminal.line(`Of the next 50 images, ${inPercent(precisionOfNext)} are expected to be wrong.`);
  terminal.line(`Review ${reviewForMost.low} to ${reviewForMost.high} more to meet 90 % of them.`);
  terminal.line('The fewer wrong labels there seem to be, the wider the ranges.');
  terminal.line('People also make errors that no test plants: for the truth, audit.');
}
