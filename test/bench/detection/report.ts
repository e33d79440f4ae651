/** What the trials show together: a summary for the terminal, and the section and chart in docs/. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conditions, type Wanted } from './conditions.ts';
import { drawChart } from './chart.ts';
import type { Prediction, Quality, SelfTestResult, TrialResult } from './quality.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const documentFile = path.join(repository, 'docs/benchmarks.md');
const chartFile = path.join(repository, 'docs/images/detection.svg');
const [sectionStart, sectionEnd] = ['<!-- detection: written by the benchmark -->', '<!-- detection: end -->'];

/** All trials of one condition on one set of vectors with one number of trusted images. */
export interface Group {
  readonly data: string;
  readonly embedder: string;
  readonly condition: string;
  readonly perClass: number;
  readonly trials: readonly TrialResult[];
}

const score = (name: string) => (trial: TrialResult) => trial.ours[name]!;

/** Prints each group; a wanted figure that is missed by the mean sets the exit code. */
export function printSummary(results: readonly TrialResult[]): void {
  for (const group of groupsOf(results)) {
    const { trials } = group;
    console.log(`\n${titleOf(group)}: ${trials[0]?.wrong} of ${trials[0]?.images} wrong, ${trials.length} draws`);
    for (const [name, read] of methodsOf(trials)) console.log(`  ${name.padEnd(20)}${describe(trials.map(read))}`);
    for (const line of verdicts(group)) console.log(`  ${line}`);
    if (verdicts(group).some((line) => line.endsWith('MISSED'))) process.exitCode = 1;
  }
}

/** Replaces the section of docs/benchmarks.md between its two marks, and the chart, from every trial that the folder holds. */
export function writeReport(folder: string): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const read = <T>(isWanted: (file: string) => boolean): T[] =>
    files.filter(isWanted).map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as T);
  const groups = groupsOf(read<TrialResult>((file) => !/self-test|others/.test(file)));
  const selfTests = read<SelfTestResult & Omit<Group, 'trials'>>((file) => file.includes('self-test'));
  const section = [sectionStart, '', ...tables(groups), ...selfTestTable(selfTests), sectionEnd].join('\n');
  const document = readFileSync(documentFile, 'utf8');
  const [start, end] = [document.indexOf(sectionStart), document.indexOf(sectionEnd)];
  if (start < 0 || end < start) throw new Error(`${documentFile} has no lines "${sectionStart}" and "${sectionEnd}".`);
  writeFileSync(documentFile, document.slice(0, start) + section + document.slice(end + sectionEnd.length));
  const usual = groups.filter(
    ({ data, embedder, perClass }) => data === 'cifar10n-5k' && embedder === 'backbone' && perClass === 10,
  );
  writeFileSync(chartFile, drawChart(usual));
  console.log(`Wrote ${documentFile} and ${chartFile}.`);
}

function groupsOf(results: readonly TrialResult[]): Group[] {
  const order = conditions.map(({ name }) => name);
  const byKey = Map.groupBy(results, ({ data, embedder, condition, perClass }) =>
    JSON.stringify({ data, embedder, condition, perClass }),
  );
  const groups = [...byKey].map(([key, trials]) => ({ ...(JSON.parse(key) as Omit<Group, 'trials'>), trials }));
  const rank = ({ data, embedder, condition, perClass }: Group): string =>
    [
      data === 'cifar10n-5k' ? 0 : data,
      embedder,
      perClass === 10 ? 0 : 1,
      order.indexOf(condition) + 10,
      perClass + 10,
    ].join(' ');
  return groups.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function methodsOf(trials: readonly TrialResult[]): [string, (trial: TrialResult) => Quality][] {
  const [first] = trials;
  return [
    ...Object.keys(first?.ours ?? {}).map((name): [string, (trial: TrialResult) => Quality] => [name, score(name)]),
    ...Object.keys(first?.rivals ?? {}).map((name): [string, (trial: TrialResult) => Quality] => [
      `rival: ${name}`,
      (trial) => trial.rivals[name]!,
    ]),
    ['oracle', (trial) => trial.oracle],
  ];
}

function describe(qualities: readonly Quality[]): string {
  const aurocs = qualities.map(({ auroc }) => auroc);
  return [
    `AUROC ${mean(aurocs).toFixed(4)} (${Math.min(...aurocs).toFixed(4)} to ${Math.max(...aurocs).toFixed(4)})`,
    `AP ${mean(qualities.map(({ averagePrecision }) => averagePrecision)).toFixed(3)}`,
    `precision at 100 ${mean(qualities.map(({ precision }) => precision.at100)).toFixed(2)}`,
    `review for 80/90/95 % ${(['for80', 'for90', 'for95'] as const).map((share) => percent(mean(qualities.map(({ review }) => review[share])))).join(' ')}`,
  ].join('  ');
}

/** The rival with the best mean AUROC. */
export function bestRival(trials: readonly TrialResult[]): { name: string; auroc: number } {
  const names = Object.keys(trials[0]?.rivals ?? {});
  const scored = names.map((name) => ({ name, auroc: mean(trials.map(({ rivals }) => rivals[name]!.auroc)) }));
  return scored.reduce((best, rival) => (rival.auroc > best.auroc ? rival : best));
}

function verdicts({ data, embedder, condition, perClass, trials }: Group): string[] {
  const all = conditions.find(({ name }) => name === condition)?.wanted;
  const wanted: Wanted =
    (data === 'cifar10n-5k' && perClass === 10 && all?.[embedder === 'patches' ? 'patches' : 'backbone']) || {};
  const ours = trials.map(score('suspicion'));
  const against = (name: string, value: number, least: number | undefined): string[] =>
    least === undefined
      ? []
      : [`${name} ${value.toFixed(4)} of ${least} wanted: ${value >= least ? 'reached' : 'MISSED'}`];
  const worst = Math.min(
    ...trials.map(
      (trial) => trial.ours['suspicion']!.auroc - Math.max(...Object.values(trial.rivals).map(({ auroc }) => auroc)),
    ),
  );
  return [
    ...against('AUROC', mean(ours.map(({ auroc }) => auroc)), wanted.auroc),
    ...against('AP', mean(ours.map(({ averagePrecision }) => averagePrecision)), wanted.averagePrecision),
    ...against('suggestion', mean(trials.map(({ suggestion }) => suggestion.ofWrong)), wanted.suggestion),
    `against the best rival of each draw, at least ${worst >= 0 ? '+' : ''}${worst.toFixed(4)}`,
  ];
}

function tables(groups: readonly Group[]): string[] {
  return [
    ...table(
      [
        'Condition',
        'Draws',
        'Wrong',
        '**suspicion**',
        'Wanted',
        'Best rival',
        'Oracle',
        'AP',
        'Precision at 100',
        'Review for 80 / 90 / 95 %',
      ],
      groups.map((group) => {
        const { trials } = group;
        const ours = trials.map(score('suspicion'));
        const rival = bestRival(trials);
        const wanted = verdicts(group).filter((line) => line.startsWith('AUROC'));
        return [
          titleOf(group),
          String(trials.length),
          percent(mean(trials.map(({ wrong, images }) => wrong / images))),
          `**${spread(ours.map(({ auroc }) => auroc))}**`,
          wanted
            .map((line) => (line.endsWith('MISSED') ? `${line.split(' ')[3]}, missed` : `${line.split(' ')[3]}`))
            .join(),
          `${rival.name} ${short(rival.auroc)}`,
          short(mean(trials.map(({ oracle }) => oracle.auroc))),
          short(mean(ours.map(({ averagePrecision }) => averagePrecision))),
          mean(ours.map(({ precision }) => precision.at100)).toFixed(2),
          (['for80', 'for90', 'for95'] as const)
            .map((share) => percent(mean(ours.map(({ review }) => review[share]))))
            .join(' / '),
        ];
      }),
    ),
    'AUROC of every single score of the run and of every rival:',
    '',
    ...singleScores(groups),
    'Suggestion, count and audits (200 simulated ones; bias and spread of the estimated number of wrong labels, coverage of the 95 % intervals of number, recall and precision):',
    '',
    ...table(
      [
        'Condition',
        'Suggestion right, of the wrong / of the flagged',
        'Counted / true',
        'Audit of 100: bias, spread',
        'Coverage',
        'Audit of 200: bias, spread',
        'Coverage',
      ],
      groups.map((group) => [titleOf(group), ...countsOf(group.trials)]),
    ),
  ];
}

function singleScores(groups: readonly Group[]): string[] {
  const names = methodsOf(groups[0]?.trials ?? []).map(([name]) => name);
  return table(
    ['Condition', ...names.map((name) => name.replace('rival: ', ''))],
    groups.map((group) => [
      titleOf(group),
      ...methodsOf(group.trials).map(([, read]) => short(mean(group.trials.map((trial) => read(trial).auroc)))),
    ]),
  );
}

function countsOf(trials: readonly TrialResult[]): string[] {
  const audit = (draws: number): string[] => {
    const audits = trials.map((trial) => trial.audits[draws]!);
    const covered = (name: 'wrongLabels' | 'recall' | 'precision') =>
      short(mean(audits.map(({ coverage }) => coverage[name])));
    return [
      `${percent(mean(audits.map(({ bias }) => bias)))}, ${percent(mean(audits.map((one) => one.spread)))}`,
      `${covered('wrongLabels')} ${covered('recall')} ${covered('precision')}`,
    ];
  };
  return [
    `${short(mean(trials.map(({ suggestion }) => suggestion.ofWrong)))} / ${short(mean(trials.map(({ suggestion }) => suggestion.ofFlagged)))}`,
    mean(trials.map(({ counted, wrong }) => counted / wrong)).toFixed(2),
    ...audit(100),
    ...audit(200),
  ];
}

function selfTestTable(results: readonly (SelfTestResult & Omit<Group, 'trials'>)[]): string[] {
  const range = ({ low, high, truth }: Prediction, digits: number): string =>
    `${low.toFixed(digits)} to ${high.toFixed(digits)}: ${truth.toFixed(digits)}`;
  const order = conditions.map(({ name }) => name);
  const sorted = results.toSorted((a, b) => order.indexOf(a.condition) - order.indexOf(b.condition));
  return [
    'Self-test of the first draw, predicted range and truth:',
    '',
    ...table(
      ['Condition', 'Recall at the cut S', 'Precision of the next 50', 'Review for 90 %'],
      sorted.map((result) => [
        titleOf({ ...result, trials: [] }),
        range(result.recall, 2),
        range(result.precisionOfNext, 2),
        range(result.reviewFor90, 0),
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function titleOf({ data, embedder, condition, perClass }: Group): string {
  const notes = [
    ...(data === 'cifar10n-5k' ? [] : [data]),
    ...(embedder === 'backbone' ? [] : [embedder]),
    ...(perClass === 10 ? [] : [`${perClass} per class`]),
  ];
  return notes.length > 0 ? `${condition} (${notes.join(', ')})` : condition;
}

/** Mean and, of several, the extremes. */
function spread(values: readonly number[]): string {
  if (values.length < 2) return short(mean(values));
  return `${short(mean(values))} (${short(Math.min(...values))}-${short(Math.max(...values))})`;
}

function short(value: number): string {
  return value.toFixed(4).replace(/^0/, '');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
