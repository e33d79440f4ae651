/**
 * Run-time check of every method's input, held against `methods.ts` by the compiler.
 *
 * Objects are strict: an unknown key, `__proto__` included, is refused. Strings and lists have a largest length, so that
 * no caller can make the host walk or store something huge. Whether a value makes sense (a class that exists, a learning
 * rate that trains) is for the services to say.
 */
import * as v from 'valibot';
import type { ClassId, RunId, SampleId } from '../core/dataset/sample.ts';
import { engineNames } from '../core/engine-check.ts';
import { decisionKinds } from '../core/dataset/decision.ts';
import { problemKinds } from '../core/dataset/sample.ts';
import {
  engineChoices,
  methodNames,
  networkNames,
  normalisationNames,
  scheduleNames,
  weightingNames,
} from '../core/reweight/run-settings.ts';
import { scoreNames } from '../core/ranking/run-scores.ts';
import type { MethodInput, MethodName } from './methods.ts';
import type { JobId, ProjectId } from './payloads.ts';

/** Largest lengths that are let in. A selection may name every sample of the largest project. */
const inputLimits = {
  pathCharacters: 4096,
  nameCharacters: 200,
  titleCharacters: 500,
  preferenceCharacters: 65_536,
  handleCharacters: 128,
  sampleIds: 1_000_000,
  classIds: 10_000,
  pageRows: 10_000,
  auditDraws: 10_000,
  cuts: 100,
  shards: 100_000,
  areaNumbers: 1000,
} as const;

const largestUint32 = 2 ** 32 - 1;

const isPositiveId = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;
const isHandle = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= inputLimits.handleCharacters;

const sampleId = v.custom<SampleId>(isPositiveId, 'Expected a sample id (a whole number from 1)');
const classId = v.custom<ClassId>(isPositiveId, 'Expected a class id (a whole number from 1)');
const runId = v.custom<RunId>(isPositiveId, 'Expected a run id (a whole number from 1)');
const projectId = v.custom<ProjectId>(isHandle, 'Expected the id of an open project');
const jobId = v.custom<JobId>(isHandle, 'Expected the id of a job');

const textUpTo = (length: number) => v.pipe(v.string(), v.maxLength(length));
/** No file system takes a NUL, and some calls end a path at it: what was checked would not be what is opened. */
const path = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(inputLimits.pathCharacters),
  v.excludes('\0', 'A path cannot hold a NUL character'),
);
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(inputLimits.nameCharacters));
const wholeNumber = (from: number, to: number) => v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
const finiteNumber = v.pipe(v.number(), v.finite());

/** The length is checked before the items are. */
function listOf<TItem extends v.GenericSchema>(item: TItem, maxLength: number) {
  const isShortList = (value: unknown): boolean => Array.isArray(value) && value.length <= maxLength;
  const message = `Expected a list of at most ${maxLength} items`;
  return v.pipe(v.custom<v.InferInput<TItem>[]>(isShortList, message), v.array(item));
}

/** Strict object with a projectId and the given entries. */
function inProject<TEntries extends v.ObjectEntries>(entries: TEntries) {
  return v.strictObject({ projectId, ...entries });
}

const nothing = v.strictObject({});
const onlyProject = inProject({});
const onlyJob = v.strictObject({ jobId });

const labels = v.variant('kind', [
  v.strictObject({ kind: v.literal('folders') }),
  v.strictObject({ kind: v.literal('csv'), file: path }),
  v.strictObject({ kind: v.literal('jsonl'), file: path }),
]);

const settings = v.strictObject({
  network: v.exactOptional(v.picklist(networkNames)),
  method: v.exactOptional(v.picklist(methodNames)),
  weighting: v.exactOptional(v.picklist(weightingNames)),
  epochs: v.exactOptional(wholeNumber(1, 100_000)),
  fineTuneEpochs: v.exactOptional(wholeNumber(0, 100_000)),
  batchSize: v.exactOptional(wholeNumber(1, 100_000)),
  trustedBatchSize: v.exactOptional(wholeNumber(1, 100_000)),
  learningRate: v.exactOptional(finiteNumber),
  momentum: v.exactOptional(finiteNumber),
  weightDecay: v.exactOptional(finiteNumber),
  schedule: v.exactOptional(v.picklist(scheduleNames)),
  rateDrops: v.exactOptional(listOf(finiteNumber, 100)),
  normalisation: v.exactOptional(v.picklist(normalisationNames)),
  dropout: v.exactOptional(finiteNumber),
  width: v.exactOptional(finiteNumber),
  microBatchSize: v.exactOptional(wholeNumber(0, 100_000)),
  imageSize: v.exactOptional(wholeNumber(1, 4096)),
  augmentation: v.exactOptional(v.strictObject({ shiftPixels: wholeNumber(0, 4096), mirror: v.boolean() })),
  seed: v.exactOptional(wholeNumber(0, largestUint32)),
  engine: v.exactOptional(v.picklist(engineChoices)),
  backbone: v.exactOptional(name),
});

const filter = v.strictObject({
  givenClassIds: v.exactOptional(listOf(classId, inputLimits.classIds)),
  suggestedClassIds: v.exactOptional(listOf(classId, inputLimits.classIds)),
  decisions: v.exactOptional(listOf(v.picklist([...decisionKinds, 'none']), decisionKinds.length + 1)),
  trusted: v.exactOptional(v.boolean()),
  hasProblem: v.exactOptional(v.boolean()),
  problemKinds: v.exactOptional(listOf(v.picklist(problemKinds), problemKinds.length)),
  scoreRange: v.exactOptional(
    v.strictObject({ from: v.exactOptional(finiteNumber), to: v.exactOptional(finiteNumber) }),
  ),
  text: v.exactOptional(textUpTo(inputLimits.pathCharacters)),
  mapArea: v.exactOptional(listOf(finiteNumber, inputLimits.areaNumbers)),
});

const query = v.strictObject({
  runId: v.exactOptional(runId),
  by: v.picklist(scoreNames),
  filter,
  similarTo: v.exactOptional(sampleId),
});
const offset = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const sampleIds = listOf(sampleId, inputLimits.sampleIds);

const action = v.variant('kind', [
  v.strictObject({ kind: v.picklist(['keep', 'drop', 'unsure', 'neither', 'clear', 'accept', 'distrust']) }),
  v.strictObject({ kind: v.literal('relabel'), classId }),
  v.strictObject({ kind: v.literal('both'), classId: v.exactOptional(classId) }),
  v.strictObject({ kind: v.literal('trust'), classId: v.exactOptional(classId) }),
]);

const judgement = v.variant('kind', [
  v.strictObject({ sampleId, kind: v.picklist(['right', 'none']) }),
  v.strictObject({ sampleId, kind: v.literal('wrong'), classId: v.exactOptional(classId) }),
]);

const exportRequest = inProject({
  folder: path,
  format: v.picklist(['folders', 'csv', 'jsonl']),
  link: v.picklist(['copy', 'hard', 'symbolic']),
});

export const methodSchemas = {
  'app/info': nothing,
  'app/details': v.strictObject({ shown: v.exactOptional(textUpTo(inputLimits.preferenceCharacters)) }),
  'app/licences': nothing,
  'app/licence-text': v.strictObject({
    kind: v.picklist(['app', 'package', 'engine-pack', 'backbone']),
    name: path,
  }),
  'app/list-folder': v.strictObject({ folder: v.exactOptional(path) }),
  'app/get-preference': v.strictObject({ name }),
  'app/set-preference': v.strictObject({ name, value: v.nullable(textUpTo(inputLimits.preferenceCharacters)) }),

  'project/list-recent': nothing,
  'project/forget-recent': v.strictObject({ folder: path }),
  'project/create': v.strictObject({ folder: path, name: v.exactOptional(name) }),
  'project/open': v.strictObject({ folder: path, readOnly: v.exactOptional(v.boolean()) }),
  'project/status': onlyProject,
  'project/close': onlyProject,
  'project/repair': v.strictObject({
    folder: path,
    checkOnly: v.exactOptional(v.boolean()),
    images: v.exactOptional(path),
    restore: v.exactOptional(name),
    rebuildCaches: v.exactOptional(v.boolean()),
  }),
  'project/backups': v.strictObject({ folder: path }),
  'project/delete-cache': onlyProject,
  'project/create-example': v.strictObject({
    folder: v.exactOptional(path),
    seed: v.exactOptional(wholeNumber(0, largestUint32)),
  }),

  'import/preview': v.strictObject({ folder: path, labels }),
  'import/start': inProject({ folder: path, labels, update: v.exactOptional(v.boolean()) }),
  'import/report': onlyProject,

  'trust/list': onlyProject,
  'trust/suggest': inProject({ perClass: wholeNumber(1, 1000), skip: v.exactOptional(sampleIds) }),
  'trust/health': onlyProject,

  'train/defaults': inProject({
    network: v.exactOptional(v.picklist(networkNames)),
    backbone: v.exactOptional(name),
  }),
  'train/start': inProject({ settings }),
  'train/resume': inProject({ runId: v.exactOptional(runId) }),
  'train/list-runs': onlyProject,
  'train/get-run': inProject({ runId }),

  'review/page': inProject({ query, offset, limit: wholeNumber(0, inputLimits.pageRows) }),
  'review/summary': inProject({ query }),
  'review/locate': inProject({ query, sampleId }),
  'review/ids': inProject({ query, offset, limit: wholeNumber(0, inputLimits.sampleIds) }),
  'review/sample': inProject({ sampleId, runId: v.exactOptional(runId) }),
  'review/find': inProject({ path }),
  'review/noise-matrix': inProject({ runId: v.exactOptional(runId) }),
  'review/why': inProject({ sampleId, runId: v.exactOptional(runId) }),
  'review/compare-runs': inProject({
    runId,
    otherRunId: runId,
    by: v.picklist(scoreNames),
    limit: wholeNumber(0, inputLimits.pageRows),
  }),

  'decide/apply': inProject({
    target: v.union([
      v.strictObject({ sampleIds }),
      v.strictObject({ query, expectedCount: wholeNumber(0, Number.MAX_SAFE_INTEGER) }),
    ]),
    action,
    runId: v.exactOptional(runId),
  }),
  'decide/apply-many': inProject({
    title: textUpTo(inputLimits.titleCharacters),
    items: listOf(v.strictObject({ sampleId, action }), inputLimits.sampleIds),
  }),
  'decide/undo': onlyProject,
  'decide/redo': onlyProject,
  'decide/journal': inProject({ limit: wholeNumber(0, inputLimits.pageRows) }),
  'decide/ensure-class': inProject({ name }),

  'audit/draw': inProject({ size: wholeNumber(1, inputLimits.auditDraws), runId: v.exactOptional(runId) }),
  'audit/list': onlyProject,
  'audit/record': inProject({ items: listOf(judgement, inputLimits.sampleIds) }),
  'audit/report': inProject({
    cuts: v.exactOptional(listOf(wholeNumber(0, Number.MAX_SAFE_INTEGER), inputLimits.cuts)),
    runId: v.exactOptional(runId),
  }),

  'self-test/start': inProject({ runId: v.exactOptional(runId) }),
  'self-test/last': inProject({ runId: v.exactOptional(runId) }),

  'problems/check': onlyProject,
  'problems/summary': onlyProject,
  'problems/list': inProject({
    kinds: v.exactOptional(listOf(v.picklist(problemKinds), problemKinds.length)),
    offset,
    limit: wholeNumber(0, inputLimits.pageRows),
  }),

  'map/draw': onlyProject,
  'map/points': inProject({ runId: v.exactOptional(runId) }),

  'export/plan': exportRequest,
  'export/start': exportRequest,
  'export/network': inProject({ target: path, format: v.picklist(['onnx', 'tfjs']), runId: v.exactOptional(runId) }),
  'export/weights': inProject({
    file: path,
    format: v.exactOptional(v.picklist(['csv', 'npy', 'parquet'])),
    runId: v.exactOptional(runId),
  }),

  'engines/list': v.strictObject({ askForSizes: v.exactOptional(v.boolean()) }),
  'engines/install': v.strictObject({
    variant: v.picklist(['cpu', 'cuda']),
    from: v.exactOptional(
      v.variant('kind', [
        v.strictObject({ kind: v.literal('file'), file: path }),
        v.strictObject({ kind: v.literal('build') }),
      ]),
    ),
  }),
  'engines/remove': v.strictObject({ engine: v.literal('tensorflow') }),
  'engines/check': v.strictObject({ engine: v.exactOptional(v.picklist(engineNames)) }),

  'backbones/list': nothing,
  'backbones/add': v.strictObject({ file: path, name: v.exactOptional(name) }),
  'backbones/download': v.strictObject({ name }),
  'backbones/remove': v.strictObject({ name }),
  'backbones/compare': inProject({ backbone: v.exactOptional(name) }),

  'embed/start': inProject({
    part: v.variant('kind', [
      v.strictObject({ kind: v.picklist(['all', 'merge']) }),
      v.strictObject({
        kind: v.literal('shard'),
        index: wholeNumber(1, inputLimits.shards),
        count: wholeNumber(1, inputLimits.shards),
      }),
    ]),
    backbone: v.exactOptional(name),
    imageSize: v.exactOptional(wholeNumber(1, 4096)),
  }),

  'job/list': nothing,
  'job/get': onlyJob,
  'job/cancel': onlyJob,
  'job/pause': onlyJob,
  'job/resume': onlyJob,
} satisfies { readonly [M in MethodName]: v.GenericSchema<MethodInput<M>, MethodInput<M>> };

/** True for the name of a method, and for nothing that objects inherit (`constructor`, `__proto__`). */
export function isMethodName(candidate: string): candidate is MethodName {
  return Object.hasOwn(methodSchemas, candidate);
}
