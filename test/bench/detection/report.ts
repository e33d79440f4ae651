/** What the trials show together: a summary for the terminal, and the section and chart in docs/. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conditions, type Wanted } from './conditions.ts';
import { drawChart } from './chart.ts';
import type { Quality, TrialResult } from './quality.ts';
import { bestRival, groupsOf, mean, percent, short, spread, table, titleOf, type Group } from './report-parts.ts';
import { selfTestLines, selfTestTable, type SelfTest } from './self-test-table.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const documentFile = path.join(repository, 'docs/benchmarks.md');
const chartFile = path.join(repository, 'docs/images/detection.svg');
const [sectionStart, sectionEnd] = ['<!-- detection: written by the benchmark -->', '<!-- detection: end -->'];

const score = (name: string) => (trial: TrialResult) => trial.ours[name]!;

/** Prints each group; a wanted figure that is missed by the mean sets the exit code. */
export function printSummary(results: readonly TrialResult[], selfTests: readonly SelfTest[]): void {
  for (const group of groupsOf(results)) {
    const { trials } = group;
    console.log(`\n${titleOf(group)}: ${trials[0]?.wrong} of ${trials[0]?.images} wrong, ${trials.length} draws`);
    for (const [name, read] of methodsOf(trials)) console.log(`  ${name.padEnd(20)}${describe(trials.map(read))}`);
    for (const line of [...countLines(trials), ...verdicts(group)]) console.log(`  ${line}`);
    if (verdicts(group).some((line) => line.endsWith('MISSED'))) process.exitCode = 1;
  }
  for (const line of selfTestLines(selfTests)) console.log(line);
}

/** Replaces the section of docs/benchmarks.md between its two marks, and the chart, from every trial that the folder holds. */
export function writeReport(folder: string): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const read = <T>(isWanted: (file: string) => boolean): T[] =>
    files.filter(isWanted).map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as T);
  const groups = groupsOf(read<TrialResult>((file) => !/self-test|others/.test(file)));
  const selfTests = read<SelfTest>((file) => file.includes('self-test'));
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

function verdicts({ data, embedder, condition, perClass, trials }: Group): string[] {
  const all = conditions.find(({ name }) => name === condition)?.wanted;
  const wanted: Wanted =
    (data === 'cifar10n-5k' && perClass === 10 && all?.[embedder === 'patches' ? 'patches' : 'backbone']) || {};
  const ours = trials.map(score('suspicion'));
  const against = (name: string, value: number, least: number | undefined): string[] =>
    least === undefined
      ? []
      : [`${name} ${value.toFixed(4)} of ${least} wanted: ${value >= least ? 'reached' : 'MISSED'}`];
  return [
    ...against('AUROC', mean(ours.map(({ auroc }) => auroc)), wanted.auroc),
    ...against('AP', mean(ours.map(({ averagePrecision }) => averagePrecision)), wanted.averagePrecision),
    ...against('suggestion', mean(trials.map(({ suggestion }) => suggestion.ofWrong)), wanted.suggestion),
    `against the best rival of each draw, at least ${leastLead(trials)}`,
  ];
}

/** AUROC ahead of the best rival, in the draw where that is least. */
function leastLead(trials: readonly TrialResult[]): string {
  const leads = trials.map(
    (trial) => trial.ours['suspicion']!.auroc - Math.max(...Object.values(trial.rivals).map(({ auroc }) => auroc)),
  );
  const least = Math.min(...leads);
  return `${least < 0 ? '-' : '+'}${short(Math.abs(least))}`;
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
        'Ahead of its best rival, worst draw',
        'Oracle',
        'AP',
        'Precision at 50 / 100 / the wrong',
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
          leastLead(trials),
          short(mean(trials.map(({ oracle }) => oracle.auroc))),
          spread(ours.map(({ averagePrecision }) => averagePrecision)),
          (['at50', 'at100', 'atErrors'] as const)
            .map((depth) => mean(ours.map(({ precision }) => precision[depth])).toFixed(2))
            .join(' / '),
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

/** What is printed of suggestions and audits. */
function countLines(trials: readonly TrialResult[]): string[] {
  const [suggestions, counted, ...audits] = countsOf(trials);
  return [
    `suggestion right, of the wrong / of the flagged: ${suggestions}; counted / true: ${counted}`,
    `audits of 100, bias, spread: ${audits[0]}, coverage of number, recall, precision: ${audits[1]}; of 200: ${audits[2]}, ${audits[3]}`,
  ];
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
