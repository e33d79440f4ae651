/**
 * The whole job on the generated example, through the same calls as the other commands. The example's truth, which no user
 * has, stands in for a person twice: it answers the coach, and it judges the first suspects.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TouchstoneError } from '../../core/errors.ts';
import type { SampleId } from '../../core/dataset/sample.ts';
import type { ProjectStatus, RankedView, ReviewAction } from '../../contract/payloads.ts';
import { drawContactSheet } from '../../media/contact-sheet.ts';
import { drawExampleDataset, type ExampleImage } from '../../media/example-dataset.ts';
import { classNames, type NameOf } from '../cli/class-names.ts';
import type { CliSession } from '../cli/session.ts';
import { count, formatScore, formatTable, formatSeconds } from '../cli/terminal.ts';
import { writeRanking } from '../cli/write-ranking.ts';

/** Written first into the demo's folder: only a folder that holds it is ever replaced. */
const markerName = 'touchstone-demo.txt';
const trustedPerClass = 5;
const suspectsShown = 20;
/** A reviewer looks at this many images for each planted error. */
const reviewedPerError = 1.3;

interface Truth {
  readonly labelOf: ReadonlyMap<string, string>;
  readonly planted: number;
  readonly isWrong: (row: { readonly path: string }) => boolean;
}

export async function runDemo(session: CliSession, folder: string, seed: number): Promise<void> {
  const startedAtMs = Date.now();
  const base = path.resolve(folder);
  const imagesFolder = path.join(base, 'images');
  await makeFolder(base);
  const truth = toTruth(
    await step(session, 'Drawing the example', () =>
      drawExampleDataset(imagesFolder, seed, { signal: session.signal }),
    ),
  );
  const status = await importExample(session, path.join(base, 'project'), imagesFolder, truth);
  await trustSome(session, status, truth);
  await train(session, status);
  const ranking = await readRanking(session, status);
  const summary = await reportRanking(session, base, status, ranking, truth);
  const cleaned = await reviewAndExport(session, base, status, ranking.slice(0, summary.foundAmong), truth);
  session.terminal.line(`\nDone in ${formatSeconds((Date.now() - startedAtMs) / 1_000)}.`);
  session.terminal.result({ folder: base, images: truth.labelOf.size, ...summary, ...cleaned });
}

/** Makes the folder, or empties that of an earlier demo. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  if (entries.length > 0 && !entries.includes(markerName)) {
    throw new TouchstoneError(
      'export-folder-not-empty',
      `${folder}: is not empty, and no earlier demo made it. Name another folder.`,
      {
        details: { folder },
      },
    );
  }
  for (const entry of entries) await rm(path.join(folder, entry), { recursive: true });
  await writeFile(
    path.join(folder, markerName),
    'Made by touchstone demo. The next demo in this folder replaces everything in it.\n',
  );
}

async function step<T>(session: CliSession, title: string, work: () => Promise<T>): Promise<T> {
  session.terminal.line(`\n${title}`);
  return work();
}

function toTruth(images: readonly ExampleImage[]): Truth {
  const labelOf = new Map(images.map(({ path: file, trueLabel }) => [file, trueLabel]));
  const wrong = new Set(
    images.filter(({ givenLabel, trueLabel }) => givenLabel !== trueLabel).map(({ path: file }) => file),
  );
  return { labelOf, planted: wrong.size, isWrong: ({ path: file }) => wrong.has(file) };
}

async function importExample(
  session: CliSession,
  project: string,
  imagesFolder: string,
  truth: Truth,
): Promise<ProjectStatus> {
  const { projectId } = await session.call('project/create', { folder: project, name: 'Example' });
  const report = await step(session, 'Importing it', async () => {
    const { jobId } = await session.call('import/start', {
      projectId,
      folder: imagesFolder,
      labels: { kind: 'folders' },
    });
    return session.finish('import', jobId);
  });
  const classes = report.classes.map(({ name, given }) => `${name} ${given}`).join(', ');
  session.terminal.line(`${count(report.samples, 'image')}: ${classes}. ${truth.planted} of the labels are wrong.`);
  return session.call('project/status', { projectId });
}

async function trustSome(session: CliSession, { projectId }: ProjectStatus, truth: Truth): Promise<void> {
  const items = await step(session, 'Verifying the images that the coach proposes', async () => {
    const suggestions = await session.call('trust/suggest', { projectId, perClass: trustedPerClass });
    const verified: { sampleId: SampleId; action: ReviewAction }[] = [];
    for (const { sample } of suggestions) {
      const { classId } = await session.call('decide/ensure-class', {
        projectId,
        name: truth.labelOf.get(sample.path) ?? '',
      });
      verified.push({ sampleId: sample.id, action: { kind: 'trust', classId } });
    }
    return verified;
  });
  await session.call('decide/apply-many', { projectId, title: `trust ${count(items.length, 'image')}`, items });
  const { classes, trusted } = await session.call('project/status', { projectId });
  session.terminal.line(
    `${count(trusted.total, 'image')} trusted, at least ${trusted.smallestPerClass} in each of ${classes.length} classes.`,
  );
}

async function train(session: CliSession, { projectId }: ProjectStatus): Promise<void> {
  const run = await step(session, 'Training with Learning to Reweight Examples', async () => {
    const { jobId } = await session.call('train/start', { projectId, settings: {} });
    return session.finish('training', jobId);
  });
  const last = run.epochs.at(-1);
  const zero = Math.round((last?.zeroWeightShare ?? 0) * 100);
  session.terminal.line(
    `${count(run.epochsDone, 'epoch')} on ${run.versions['engine'] ?? run.settings.engine}; in the last, ${zero} % of the images had weight zero.`,
  );
}

async function readRanking(session: CliSession, { projectId }: ProjectStatus): Promise<readonly RankedView[]> {
  const { rows } = await session.call('review/page', {
    projectId,
    query: { by: 'suspicion', filter: { trusted: false } },
    offset: 0,
    limit: 1_000,
  });
  return rows.filter(({ rankPosition }) => rankPosition !== null);
}

async function reportRanking(
  session: CliSession,
  base: string,
  status: ProjectStatus,
  ranking: readonly RankedView[],
  truth: Truth,
) {
  const { terminal } = session;
  const nameOf = classNames(status.classes);
  const csv = path.join(base, 'suspects.csv');
  await writeRanking(csv, ranking, nameOf, 'suspicion');
  const contactSheet = path.join(base, 'suspects.png');
  await drawContactSheet(
    path.join(base, 'images'),
    ranking
      .slice(0, suspectsShown)
      .map((row) => ({ path: row.path, lines: [labels(row, nameOf), formatScore(row.scores.suspicion)] })),
    contactSheet,
    { title: 'The most suspicious images: given label > suggested label', columns: 5 },
  );
  terminal.line(`\nThe ${suspectsShown} most suspicious images`);
  const rows = ranking.slice(0, suspectsShown).map((row, index) => {
    return [
      index + 1,
      formatScore(row.scores.suspicion),
      nameOf(row.givenClassId),
      nameOf(row.suggestedClassId),
      row.path,
      truth.isWrong(row) ? 'planted' : '',
    ];
  });
  terminal.line(formatTable(['', 'suspicion', 'given label', 'suggested label', 'image', ''], rows));
  // Errors among the trusted images were mended when they were verified: the list cannot find those again.
  const planted = ranking.filter(truth.isWrong).length;
  const foundAmong = Math.round(reviewedPerError * planted);
  const found = ranking.slice(0, foundAmong).filter(truth.isWrong).length;
  terminal.line(
    `\nThe first ${foundAmong} images hold ${found} of the ${planted} planted errors (${Math.round((100 * found) / planted)} %).`,
  );
  terminal.line(`All suspects: ${csv}\nContact sheet: ${contactSheet}`);
  const suspects = ranking.slice(0, suspectsShown).map((row) => ({
    path: row.path,
    given_label: nameOf(row.givenClassId),
    suggested_label: nameOf(row.suggestedClassId),
    score: row.scores.suspicion,
  }));
  return { planted, foundAmong, found, suspects, csv, contactSheet };
}

function labels(row: RankedView, nameOf: NameOf): string {
  return `${nameOf(row.givenClassId)} > ${nameOf(row.suggestedClassId)}`;
}

/** Keeps what is right and relabels what is wrong among the reviewed, then exports. */
async function reviewAndExport(
  session: CliSession,
  base: string,
  status: ProjectStatus,
  reviewed: readonly RankedView[],
  truth: Truth,
) {
  const { projectId } = status;
  const target = path.join(base, 'cleaned');
  const result = await step(session, `Reviewing the first ${reviewed.length}, then exporting`, async () => {
    const items: { sampleId: SampleId; action: ReviewAction }[] = [];
    for (const row of reviewed) {
      const { classId } = await session.call('decide/ensure-class', {
        projectId,
        name: truth.labelOf.get(row.path) ?? '',
      });
      items.push({ sampleId: row.id, action: truth.isWrong(row) ? { kind: 'relabel', classId } : { kind: 'keep' } });
    }
    await session.call('decide/apply-many', { projectId, title: `review ${count(items.length, 'image')}`, items });
    const { jobId } = await session.call('export/start', {
      projectId,
      folder: target,
      format: 'folders',
      link: 'copy',
    });
    return session.finish('export', jobId);
  });
  const wrongBefore = truth.planted;
  const wrongAfter = truth.planted - result.relabelled;
  session.terminal.line(
    `${count(result.verified, 'file')} written and verified; ${result.relabelled} labels mended. Wrong labels: ${wrongBefore} before, ${wrongAfter} after.`,
  );
  session.terminal.line(`Cleaned copy: ${result.targetFolder}`);
  return { cleaned: result.targetFolder, wrongBefore, wrongAfter };
}
