/** What an export will write: each sample's final label and place, and the manifest of everything, dropped samples included. */
import type { ExportRequest } from '../contract/methods.ts';
import type { ExportPlanView } from '../contract/payloads.ts';
import { finalClassId, noVerdict, type Verdict } from '../core/dataset/decision.ts';
import type { ClassId, Sample } from '../core/dataset/sample.ts';
import { throwIfCancelled, TouchstoneError } from '../core/errors.ts';
import type { OpenProject } from './open-projects.ts';
import type { DatasetWriter, ExportItem, ExportPlan, PlannedName } from './ports/dataset-writer.ts';
import type { ProjectStores } from './ports/project-files.ts';
import { numberOrNull } from './ranked-views.ts';
import type { RunView } from './run-view.ts';
import { yieldToOthers } from './take-turns.ts';

const stretchSamples = 2000;

export interface PlannedExport {
  readonly plan: ExportPlan;
  readonly view: ExportPlanView;
}

/** A present sample and the label that it leaves with; null where it is dropped. */
interface Leaving {
  readonly sample: Sample;
  readonly verdict: Verdict;
  readonly finalLabel: string | null;
}

/** Throws `dataset-empty` where nothing would be exported. */
export async function planExport(
  project: OpenProject,
  writer: DatasetWriter,
  request: ExportRequest,
  nowMs: number,
  signal?: AbortSignal,
): Promise<PlannedExport> {
  const { stores, lists } = project;
  const { source } = stores.info;
  const leaving = await readLeaving(stores, signal);
  const kept = leaving.filter(({ finalLabel }) => finalLabel !== null);
  if (!source || kept.length === 0) {
    throw new TouchstoneError(
      'dataset-empty',
      'There is nothing to export: import a dataset, or keep some of its images.',
    );
  }
  const files = kept.map(({ sample, finalLabel }) => ({ path: sample.path, label: finalLabel ?? '' }));
  const names: readonly PlannedName[] =
    request.format === 'folders'
      ? writer.planNames(files)
      : files.map(({ path }) => ({ targetPath: path, renamedBecause: null }));
  const rows = describeRows(await lists.runViewFor(undefined), nowMs, classNamesOf(stores));
  const targets = new Map(kept.map(({ sample }, place) => [sample.id, names[place]?.targetPath ?? '']));
  const plan: ExportPlan = {
    ...{ datasetFolder: source.folder, targetFolder: request.folder, format: request.format, link: request.link },
    items: kept.map((leaver, place) => planItem(leaver, names[place]?.targetPath ?? leaver.sample.path)),
    manifest: leaving.map((leaver) => rows(leaver, targets.get(leaver.sample.id) ?? null)),
  };
  return { plan, view: describePlan(stores, request, leaving, names) };
}

async function readLeaving(stores: ProjectStores, signal: AbortSignal | undefined): Promise<readonly Leaving[]> {
  const classNames = classNamesOf(stores);
  const leaving: Leaving[] = [];
  let after = 0;
  for (;;) {
    const samples = stores.samples.stretch(after, stretchSamples, 'present');
    const verdicts = stores.verdicts.byIds(samples.map(({ id }) => id));
    for (const sample of samples) {
      const verdict = verdicts.get(sample.id) ?? noVerdict;
      const finalClass = finalClassId(sample.givenClassId, verdict);
      leaving.push({ sample, verdict, finalLabel: finalClass === null ? null : (classNames.get(finalClass) ?? '') });
    }
    if (samples.length < stretchSamples) return leaving;
    after = samples.at(-1)?.id ?? 0;
    await yieldToOthers();
    throwIfCancelled(signal);
  }
}

function classNamesOf({ samples }: ProjectStores): ReadonlyMap<number, string> {
  return new Map(samples.classes().map(({ id, name }) => [id, name]));
}

function planItem({ sample, finalLabel }: Leaving, targetPath: string): ExportItem {
  const { path: sourcePath, contentHash } = sample;
  return { sourcePath, targetPath, contentHash, row: { path: targetPath, label: finalLabel } };
}

type ManifestRow = ExportPlan['manifest'][number];

function describeRows(runView: RunView | null, nowMs: number, classNames: ReadonlyMap<number, string>) {
  const date = new Date(nowMs).toISOString();
  const nameOf = (classId: ClassId | null): string | null =>
    classId === null ? null : (classNames.get(classId) ?? null);
  return ({ sample, verdict, finalLabel }: Leaving, exportedPath: string | null): ManifestRow => {
    const position = runView?.index.positionOf(sample.id) ?? -1;
    const suspicion = runView?.recordedAt(position, 'suspicion') ?? Number.NaN;
    const { decision } = verdict;
    const weight = runView?.recordedAt(position, 'weight') ?? Number.NaN;
    return {
      path: sample.path,
      exported_path: exportedPath,
      given_label: nameOf(sample.givenClassId),
      final_label: finalLabel,
      also_label: nameOf(decision?.kind === 'both' ? decision.classId : null),
      decision: decision?.kind ?? null,
      trusted_label: nameOf(verdict.trustedClassId),
      score: numberOrNull(suspicion),
      weight: numberOrNull(weight),
      run: runView?.run.id ?? null,
      date,
    };
  };
}

function describePlan(
  stores: ProjectStores,
  request: ExportRequest,
  leaving: readonly Leaving[],
  names: readonly PlannedName[],
): ExportPlanView {
  const classNames = classNamesOf(stores);
  const before = new Map<string, number>();
  const after = new Map<string, number>();
  let [relabelled, bytes] = [0, 0];
  for (const { sample, finalLabel } of leaving) {
    const given = classNames.get(sample.givenClassId) ?? '';
    before.set(given, (before.get(given) ?? 0) + 1);
    if (finalLabel === null) continue;
    after.set(finalLabel, (after.get(finalLabel) ?? 0) + 1);
    bytes += sample.sizeBytes;
    if (finalLabel !== given) relabelled += 1;
  }
  const isCopied = request.format === 'folders' && request.link === 'copy';
  const kept = leaving.filter(({ finalLabel }) => finalLabel !== null);
  return {
    ...{ targetFolder: request.folder, files: kept.length, bytes: isCopied ? bytes : 0 },
    classes: [...classNames.values()]
      .map((name) => ({ name, before: before.get(name) ?? 0, after: after.get(name) ?? 0 }))
      .filter((entry) => entry.before > 0 || entry.after > 0),
    ...{ dropped: leaving.length - kept.length, relabelled },
    renamed: names.flatMap(({ targetPath, renamedBecause }, place) => {
      const from = kept[place]?.sample.path;
      return renamedBecause === null || from === undefined ? [] : [{ from, to: targetPath, reason: renamedBecause }];
    }),
  };
}
