/** What the inputs of several methods have in common: valid pieces, and wrong ones. */
import type { JobId, ProjectId } from '../../../src-main/contract/payloads.ts';
import type { ClassId, RunId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import type { RunSettings } from '../../../src-main/core/reweight/run-settings.ts';

export const projectId = 'project-1' as ProjectId;
export const jobId = 'job-1' as JobId;
export const sampleId = 7 as SampleId;
export const classId = 2 as ClassId;
export const runId = 3 as RunId;

export const settings: RunSettings = {
  network: 'head',
  method: 'l2rw',
  weighting: 'cosine',
  epochs: 10,
  fineTuneEpochs: 1,
  batchSize: 100,
  trustedBatchSize: 50,
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 0.0005,
  schedule: 'cosine',
  rateDrops: [0.5, 0.75],
  normalisation: 'batch',
  dropout: 0.5,
  width: 1,
  microBatchSize: 0,
  imageSize: 128,
  augmentation: { shiftPixels: 2, mirror: true },
  seed: 4_294_967_295,
  engine: 'auto',
  backbone: 'mobilenet.onnx',
};
export const bareQuery = { by: 'suspicion', filter: {} } as const;
export const query = {
  runId,
  by: 'margin',
  filter: {
    givenClassIds: [classId],
    suggestedClassIds: [classId],
    decisions: ['keep', 'none'],
    trusted: true,
    hasProblem: false,
    problemKinds: ['duplicate'],
    scoreRange: { from: -1, to: 1.5 },
    text: 'cat',
    mapArea: [0, 0, 1, 0.5, 0, 1],
  },
  similarTo: sampleId,
} as const;
export const longText = 'x'.repeat(5000);
export const notIds = [0, -1, 1.5, Number.NaN, '7', null];
export const tooMany = Array.from({ length: 1_000_001 }, () => sampleId);

/** Everything that is wrong for a method that takes nothing but one handle. */
export const badHandles = (field: string) => [
  {},
  { [field]: '' },
  { [field]: 1 },
  { [field]: null },
  { [field]: 'x'.repeat(129) },
];
export const onlyProject = { smallest: { projectId }, full: { projectId }, refused: badHandles('projectId') };
export const onlyJob = { smallest: { jobId }, full: { jobId }, refused: badHandles('jobId') };
export const nothing = { smallest: {}, full: {}, refused: [{ extra: 1 }] };
export const badFolders = [
  {},
  { folder: '' },
  { folder: 1 },
  { folder: 'a\0b' },
  { folder: longText },
  { folder: ['a'] },
];
export const badQueries = [
  { by: 'rank', filter: {} },
  { by: '__proto__', filter: {} },
  { by: 'margin' },
  { by: 'margin', filter: { givenClassIds: [1.5] } },
  { by: 'margin', filter: { givenClassIds: { length: 1 } } },
  { by: 'margin', filter: { decisions: ['maybe'] } },
  { by: 'margin', filter: { problemKinds: Array.from({ length: 20 }, () => 'duplicate') } },
  { by: 'margin', filter: { mapArea: [0, Number.NaN] } },
  { by: 'margin', filter: { mapArea: Array.from({ length: 1001 }, () => 0) } },
  { by: 'margin', filter: {}, similarTo: 0 },
  { by: 'margin', filter: { scoreRange: { from: Number.POSITIVE_INFINITY } } },
  { by: 'margin', filter: { text: longText } },
  { by: 'margin', filter: { sql: '1=1' } },
  { runId: 0, by: 'margin', filter: {} },
];
const exportInput = { projectId, folder: '/out', format: 'csv', link: 'hard' } as const;
export const exportCase = {
  smallest: exportInput,
  full: exportInput,
  refused: [
    { ...exportInput, format: 'zip' },
    { ...exportInput, link: 'junction' },
    { ...exportInput, folder: '' },
  ],
};
