/** `touchstone show`: everything known about one image. */
import type { Command } from 'commander';
import { scoreNames } from '../../../core/ranking/run-scores.ts';
import type { ProjectStatus, RankedView, SampleDetail, WhyView } from '../../../contract/payloads.ts';
import { findSample } from '../arguments.ts';
import { classNames } from '../class-names.ts';
import type { CliSession } from '../session.ts';
import { formatScore, formatTable, printable, sparkline } from '../terminal.ts';

export function addShowCommand(program: Command, session: CliSession): void {
  program
    .command('show')
    .description('everything known about one image')
    .argument('<project>', 'project folder')
    .argument('<path>', 'path of the image as the import spelled it')
    .addHelpText('after', '\nExample:\n  touchstone show birds.touchstone robin/017.jpg')
    .action(async (project: string, path: string) => {
      const status = await session.openProject(project);
      const { projectId } = status;
      const sampleId = await findSample(session, projectId, path);
      const detail = await session.call('review/sample', { projectId, sampleId });
      const why = await session.call('review/why', { projectId, sampleId });
      printDetail(session, status, detail);
      if (why) printWhy(session, status, why);
      session.terminal.result({ ...detail, why });
    });
}

function printDetail({ terminal }: CliSession, status: ProjectStatus, detail: SampleDetail): void {
  const { sample } = detail;
  const nameOf = classNames(status.classes);
  terminal.line(
    `${printable(sample.path)}  (${sample.width} x ${sample.height}, ${sample.sizeBytes} bytes, ${sample.contentHash.slice(0, 12)})`,
  );
  terminal.line(`given label      ${printable(nameOf(sample.givenClassId))}`);
  if (sample.trustedClassId !== null) terminal.line(`trusted label    ${printable(nameOf(sample.trustedClassId))}`);
  printSuggestion(terminal, sample, nameOf);
  const link = sample.decision === 'both' ? ', also' : ' to';
  const corrected = sample.correctedClassId === null ? '' : `${link} ${printable(nameOf(sample.correctedClassId))}`;
  terminal.line(`decision         ${sample.decision === null ? 'none yet' : sample.decision + corrected}`);
  if (sample.presence === 'gone') terminal.line('The file was gone at the last import.');
  for (const { kind, reason } of detail.problems) terminal.line(`problem          ${kind}: ${printable(reason)}`);
  for (const other of detail.duplicates) {
    terminal.line(`same content     ${printable(other.path)} (${printable(nameOf(other.givenClassId))})`);
  }
  if (detail.run === null) {
    terminal.line('No finished training run has scored this image yet.');
    return;
  }
  if (detail.thinEvidence !== null) terminal.line(printable(detail.thinEvidence));
  printScores(terminal, detail, nameOf);
}

function printSuggestion(
  terminal: CliSession['terminal'],
  { suggestedClassId, alternatives, errorProbability }: RankedView,
  nameOf: ReturnType<typeof classNames>,
): void {
  if (errorProbability !== null) terminal.line(`label is wrong   ${Math.round(errorProbability * 100)} %`);
  if (alternatives.length === 0) return;
  const words = alternatives.map(
    ({ classId, probability }) => `${printable(nameOf(classId))} ${Math.round(probability * 100)} %`,
  );
  const suggestion =
    suggestedClassId === null ? 'none: no other class is likely enough' : printable(nameOf(suggestedClassId));
  terminal.line(`suggested label  ${suggestion}`);
  terminal.line(`if it is wrong   ${words.join(', ')}`);
}

function printWhy({ terminal }: CliSession, { classes }: ProjectStatus, why: WhyView): void {
  const nameOf = classNames(classes);
  terminal.line(`\nwhy\n${printable(why.sentence)}`);
  const rows = [
    ...why.speaksFor.map(({ sample, voice }) => ['speaks for it', sample, voice] as const),
    ...why.speaksAgainst.map(({ sample, voice }) => ['speaks against it', sample, voice] as const),
    ...why.neighbours.map(({ sample, similarity }) => ['looks like it', sample, similarity] as const),
  ].map(([kind, sample, value]) => {
    const label = nameOf(sample.trustedClassId ?? sample.correctedClassId ?? sample.givenClassId);
    return [kind, printable(sample.path), printable(label), formatScore(value)];
  });
  if (rows.length > 0) terminal.line(formatTable(['', 'image', 'label', 'strength'], rows));
}

function printScores(
  terminal: CliSession['terminal'],
  { sample, run, history, percentiles }: SampleDetail,
  nameOf: ReturnType<typeof classNames>,
): void {
  const position =
    sample.rankPosition === null ? 'not ranked (trusted, or new since then)' : `number ${sample.rankPosition}`;
  terminal.line(`\nrun ${run?.runId}: ${position}, ${sample.visits} visits`);
  const rows = scoreNames.map((name) => {
    const percentile = percentiles[name];
    const remark = percentile === undefined ? '' : percentileWords(percentile);
    return [name, formatScore(sample.scores[name]), remark];
  });
  terminal.line(formatTable(['score', 'value', ''], rows));
  if (history.length === 0) return;
  terminal.line('\nper epoch');
  for (const signal of ['weight', 'margin', 'probability'] as const) {
    const values = history.map((point) => point[signal]);
    terminal.line(
      `${signal.padEnd(12)} ${sparkline(values)}  ${formatScore(values[0] ?? null)} at first, ${formatScore(values.at(-1) ?? null)} at last`,
    );
  }
  const answers = new Map<string, number>();
  for (const { predictedClassId } of history) {
    const name = nameOf(predictedClassId);
    if (name !== '') answers.set(name, (answers.get(name) ?? 0) + 1);
  }
  const ordered = [...answers].sort((a, b) => b[1] - a[1]).map(([name, times]) => `${printable(name)} ${times}x`);
  terminal.line(`answers      ${ordered.join(', ')}`);
}

/** Never 100 % of the others where one looks worse. */
function percentileWords(percentile: number): string {
  if (percentile === 1) return 'the most suspicious';
  return `more suspicious than ${Math.min(99, Math.round(percentile * 100))} %`;
}
