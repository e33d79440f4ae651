/** Writes report.md, results.csv, results.json and the charts. All of it can be made again from the runs' files. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CellResult } from '../cell-result.ts';
import type { Preset } from '../preset.ts';
import { accuracyByColumn, accuracyBySteps, confusionChart, namesOf, weightHistogram } from './charts.ts';
import { markdownTable } from './table.ts';

interface ReportRequest {
  readonly scale: number;
}

/** Returns the files, absolute. */
export async function writeReport(
  folder: string,
  preset: Preset,
  results: readonly CellResult[],
  request: ReportRequest,
): Promise<readonly string[]> {
  const charts = drawCharts(preset, results);
  await mkdir(path.join(folder, 'charts'), { recursive: true });
  const files: (readonly [name: string, content: string])[] = [
    ['report.md', describe(preset, results, request, charts)],
    ['results.csv', toCsv(results)],
    ['results.json', `${JSON.stringify(results, null, 1)}\n`],
    ...charts.map(([name, svg]) => [`charts/${name}`, svg] as const),
  ];
  for (const [name, content] of files) await writeFile(path.join(folder, name), content);
  return files.map(([name]) => path.join(folder, name));
}

function drawCharts(preset: Preset, results: readonly CellResult[]): readonly (readonly [name: string, svg: string])[] {
  const charts: [string, string][] = [];
  const columns = namesOf(results, 'column');
  if (columns.length > 1) {
    charts.push(['accuracy.svg', accuracyByColumn(preset.title, preset.columnTitle, results)]);
  }
  for (const column of columns) {
    const firsts = results.filter((result) => result.column === column && result.seed === 1);
    const at = `${preset.columnTitle}: ${column}`;
    charts.push([`curves_${plain(column)}.svg`, accuracyBySteps(`${at}, seed 1`, firsts)]);
    for (const result of firsts) {
      const title = `${result.row}, ${at}, seed 1`;
      const name = `${plain(column)}_${plain(result.row)}.svg`;
      charts.push([`confusion_${name}`, confusionChart(title, result)]);
      const histogram = weightHistogram(`${title}, step ${result.weights?.step ?? 0}`, result);
      if (histogram !== null) charts.push([`weights_${name}`, histogram]);
    }
  }
  return charts;
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9.+-]+/g, '_');
}

function describe(
  preset: Preset,
  results: readonly CellResult[],
  { scale }: ReportRequest,
  charts: readonly (readonly [string, string])[],
): string {
  const [first] = results;
  const minutes = results.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const networks = [...new Set(results.map(({ settings }) => settings.network))].join(', ');
  const rates = [...new Set(results.map(({ settings }) => settings.learningRate))].join(', ');
  const engines = [...new Set(results.map(({ versions }) => `${versions['engine']} (${versions['device']})`))].join(
    ', ',
  );
  return [
    `# ${preset.title}`,
    '',
    preset.source,
    '',
    `Network ${networks}; learning rate ${rates}; ${scale === 1 ? "the paper's number of steps" : `${scale} of the paper's steps`}; ` +
      `${first?.trainingPictures ?? 0} training images, ${first?.trustedPictures ?? 0} of them trusted. ` +
      `${results.length} runs, ${minutes.toFixed(0)} minutes in all, on ${engines}. Test accuracy is the mean over the classes; ± is the standard deviation over seeds.`,
    '',
    markdownTable(results),
    '',
    ...charts.map(([name]) => `![${name}](charts/${name})`),
    '',
  ].join('\n');
}

function toCsv(results: readonly CellResult[]): string {
  const head =
    'preset,row,column,seed,accuracy,published,steps,training_images,wrong_labels,trusted_images,seconds,engine';
  const lines = results.map((result) =>
    [
      ...[result.preset, result.row, `"${result.column}"`, result.seed, result.accuracy, result.published ?? ''],
      ...[result.steps, result.trainingPictures, result.wrongLabels, result.trustedPictures, result.seconds.toFixed(1)],
      result.versions['engine'] ?? '',
    ].join(','),
  );
  return `${[head, ...lines].join('\n')}\n`;
}
