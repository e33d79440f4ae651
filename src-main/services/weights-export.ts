/** Weights for training elsewhere: one row per image of a run, with what the run learned of it and what people decided. */
import path from 'node:path';
import type { MethodHandlers, WeightsFormat } from '../contract/methods.ts';
import type { WeightsExport } from '../contract/payloads.ts';
import { finalClassId, noVerdict } from '../core/dataset/decision.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { isReliable } from '../core/ranking/suggest-labels.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Run } from './ports/run-store.ts';
import type { TableColumn } from './ports/table-writer.ts';
import { requireRun } from './run-summaries.ts';
import type { ServiceContext } from './service-context.ts';
import { inStretches } from './take-turns.ts';

const stretchSamples = 5000;

export type WeightsExportMethods = Pick<MethodHandlers, 'export/weights'>;

export function createWeightsExportMethods({ ports, projects }: ServiceContext): WeightsExportMethods {
  return {
    'export/weights': async ({ projectId, file, format, runId }): Promise<WeightsExport> => {
      const project = projects.get(projectId);
      const { info } = project.stores;
      const target = path.resolve(file);
      await ports.datasetWriter.checkTarget(info.source?.folder ?? info.folder, info.folder, target);
      const run = chooseRun(project.stores, runId);
      const columns = await describeWeights(project, run);
      await ports.tableWriter.write(target, format ?? formatOf(target), columns);
      const names = columns.map(({ name }) => name);
      return { file: target, runId: run.id, images: columns[0]?.values.length ?? 0, columns: names };
    },
  };
}

/** The named run, or the newest finished one. Throws `run-not-found`. */
export function chooseRun({ runs, ...stores }: ProjectStores, runId: RunId | undefined): Run {
  const run = runId === undefined ? runs.latestFinished() : requireRun({ runs, ...stores }, runId);
  if (run?.status === 'finished') return run;
  const message =
    run === null ? 'No run has finished yet. Train first.' : `Run ${run.id} is ${run.status}. Choose a finished run.`;
  throw new TouchstoneError('run-not-found', message);
}

function formatOf(file: string): WeightsFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  if (ending === 'csv' || ending === 'npy' || ending === 'parquet') return ending;
  const message = `${file}: the name says no format. Let it end in .csv, .npy or .parquet.`;
  throw new TouchstoneError('invalid-value', message, { details: { file } });
}

async function describeWeights({ stores }: OpenProject, run: Run): Promise<readonly TableColumn[]> {
  const scores = await stores.runs.scores(run.id);
  if (scores === null)
    throw new TouchstoneError('run-not-found', `Run ${run.id} has no scores. Choose a finished run.`);
  const { sampleIds, trusted } = stores.runs.inputs(run.id);
  const classNames = new Map<number, string>(stores.samples.classes().map(({ id, name }) => [id, name]));
  const isTrusted = new Uint8Array(sampleIds.length);
  for (const index of trusted) isTrusted[index] = 1;
  const texts = { path: [] as string[], given: [] as string[], label: [] as string[], suggested: [] as string[] };
  const kept: number[] = [];
  await inStretches(sampleIds.length, stretchSamples, (from, to) => {
    const ids = sampleIds.slice(from, to);
    const samples = new Map(stores.samples.byIds(ids).map((sample) => [sample.id, sample]));
    const verdicts = stores.verdicts.byIds(ids);
    ids.forEach((id, offset) => {
      const sample = samples.get(id);
      if (sample === undefined) return;
      const index = from + offset;
      const final = finalClassId(sample.givenClassId, verdicts.get(id) ?? noVerdict);
      const isSuggested = isReliable(scores.suggestedProbability[index] ?? Number.NaN);
      const suggestion = isSuggested ? (run.classIds[scores.suggested[index] ?? -1] ?? 0) : 0;
      kept.push(index);
      texts.path.push(sample.path);
      texts.given.push(classNames.get(sample.givenClassId) ?? '');
      texts.label.push(final === null ? '' : (classNames.get(final) ?? ''));
      texts.suggested.push(classNames.get(suggestion) ?? '');
    });
  });
  const pick = (values: ArrayLike<number>): Float32Array =>
    Float32Array.from(kept, (index) => values[index] ?? Number.NaN);
  return [
    { name: 'path', values: texts.path },
    { name: 'given_label', values: texts.given },
    // Empty where the image was dropped.
    { name: 'label', values: texts.label },
    { name: 'trusted', values: pick(isTrusted) },
    { name: 'weight', values: pick(scores.weight) },
    { name: 'error_probability', values: pick(scores.errorProbability) },
    { name: 'suspicion', values: pick(scores.suspicion) },
    { name: 'suggested_label', values: texts.suggested },
    { name: 'suggested_probability', values: pick(scores.suggestedProbability) },
  ];
}
