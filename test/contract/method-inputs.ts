/** For every method: an input with nothing optional, one with everything, and some that must be refused. */
import type { MethodInput, MethodName } from '../../src-main/contract/methods.ts';
import type { JobId, ProjectId } from '../../src-main/contract/payloads.ts';
import type { ClassId, RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import type { RunSettings } from '../../src-main/core/reweight/run-settings.ts';

export const projectId = 'project-1' as ProjectId;
export const jobId = 'job-1' as JobId;
export const sampleId = 7 as SampleId;
export const classId = 2 as ClassId;
export const runId = 3 as RunId;

/** The type with every optional field present, however deep: a schema that forgets one refuses `full`. */
type Full<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Full<Item>[]
    : { readonly [K in keyof T]-?: Full<Exclude<T[K], undefined>> };

export interface InputCase<M extends MethodName> {
  readonly smallest: MethodInput<M>;
  readonly full: Full<MethodInput<M>>;
  /** Each differs from a valid input in one respect. */
  readonly refused: readonly unknown[];
}

const settings: RunSettings = {
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
const bareQuery = { by: 'suspicion', filter: {} } as const;
const query = {
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
const longText = 'x'.repeat(5000);
const notIds = [0, -1, 1.5, Number.NaN, '7', null];
const tooMany = Array.from({ length: 1_000_001 }, () => sampleId);

/** Everything that is wrong for a method that takes nothing but one handle. */
const badHandles = (field: string) => [
  {},
  { [field]: '' },
  { [field]: 1 },
  { [field]: null },
  { [field]: 'x'.repeat(129) },
];
const onlyProject = { smallest: { projectId }, full: { projectId }, refused: badHandles('projectId') };
const onlyJob = { smallest: { jobId }, full: { jobId }, refused: badHandles('jobId') };
const nothing = { smallest: {}, full: {}, refused: [{ extra: 1 }] };
const badFolders = [{}, { folder: '' }, { folder: 1 }, { folder: 'a\0b' }, { folder: longText }, { folder: ['a'] }];
const badQueries = [
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
const exportCase = {
  smallest: exportInput,
  full: exportInput,
  refused: [
    { ...exportInput, format: 'zip' },
    { ...exportInput, link: 'junction' },
    { ...exportInput, folder: '' },
  ],
};

export const inputCases: { readonly [M in MethodName]: InputCase<M> } = {
  'app/info': nothing,
  'app/details': nothing,
  'app/licences': nothing,
  'app/licence-text': {
    smallest: { kind: 'package', name: 'tar 7.5.23' },
    full: { kind: 'engine-pack', name: 'tensorflow-2.21.0-cpu: tensorflow-LICENSE' },
    refused: [{}, { kind: 'file', name: 'x' }, { kind: 'app' }, { kind: 'app', name: '' }],
  },
  'app/list-folder': { smallest: {}, full: { folder: '/data' }, refused: badFolders.slice(1) },
  'app/get-preference': {
    smallest: { name: 'keys' },
    full: { name: 'keys' },
    refused: [{}, { name: '' }, { name: longText }],
  },
  'app/set-preference': {
    smallest: { name: 'keys', value: null },
    full: { name: 'keys', value: 'K' },
    refused: [{ name: 'keys' }, { name: 'keys', value: 5 }, { name: 'keys', value: 'x'.repeat(65_537) }],
  },
  'project/list-recent': nothing,
  'project/forget-recent': { smallest: { folder: '/p' }, full: { folder: '/p' }, refused: badFolders },
  'project/create': {
    smallest: { folder: '/p' },
    full: { folder: '/p', name: 'Zürich' },
    refused: [...badFolders, { folder: '/p', name: '' }],
  },
  'project/open': { smallest: { folder: '/p' }, full: { folder: '/p', readOnly: true }, refused: badFolders },
  'project/status': onlyProject,
  'project/close': onlyProject,
  'project/repair': {
    smallest: { folder: '/p' },
    full: { folder: '/p', checkOnly: true, images: '/q', restore: '3', rebuildCaches: true },
    refused: [
      {},
      { folder: '' },
      { folder: '/p', checkOnly: 1 },
      { folder: '/p', images: '\0' },
      { folder: '/p', restore: longText },
    ],
  },
  'project/backups': { smallest: { folder: '/p' }, full: { folder: '/p' }, refused: badFolders },
  'project/delete-cache': onlyProject,
  'project/create-example': {
    smallest: {},
    full: { folder: '/p', seed: 0 },
    refused: [{ seed: -1 }, { seed: 2 ** 32 }, { seed: 0.5 }, { folder: '' }],
  },
  'import/preview': {
    smallest: { folder: '/d', labels: { kind: 'folders' } },
    full: { folder: '/d', labels: { kind: 'csv', file: 'labels.csv' } },
    refused: [
      { folder: '/d' },
      { folder: '/d', labels: { kind: 'xml' } },
      { folder: '/d', labels: { kind: 'csv' } },
      { folder: '/d', labels: { kind: 'folders', file: 'x' } },
      { folder: '/d', labels: { kind: 'jsonl', file: 'a\0' } },
    ],
  },
  'import/start': {
    smallest: { projectId, folder: '/d', labels: { kind: 'folders' } },
    full: { projectId, folder: '/d', labels: { kind: 'jsonl', file: 'labels.jsonl' }, update: true },
    refused: [
      { projectId, folder: '/d', labels: { kind: 'folders' }, update: 'yes' },
      { folder: '/d', labels: {} },
    ],
  },
  'import/report': onlyProject,
  'trust/list': onlyProject,
  'trust/suggest': {
    smallest: { projectId, perClass: 1 },
    full: { projectId, perClass: 10, skip: [sampleId] },
    refused: [
      { projectId },
      { projectId, perClass: 0 },
      { projectId, perClass: 1e9 },
      { projectId, perClass: 1, skip: 'all' },
      { projectId, perClass: 1, skip: tooMany },
    ],
  },
  'trust/health': onlyProject,
  'train/defaults': {
    smallest: { projectId },
    full: { projectId, network: 'lenet', backbone: 'dinov2-small.onnx' },
    refused: [
      { projectId, network: 'resnet' },
      { projectId, network: 'constructor' },
    ],
  },
  'train/start': {
    smallest: { projectId, settings: {} },
    full: { projectId, settings },
    refused: [
      { projectId },
      { projectId, settings: { epochs: 0 } },
      { projectId, settings: { epochs: '10' } },
      { projectId, settings: { learningRate: Number.NaN } },
      { projectId, settings: { augmentation: { mirror: true } } },
      { projectId, settings: { rateDrops: ['half'] } },
      { projectId, settings: { normalisation: 'layer' } },
      { projectId, settings: { engine: 'cuda' } },
      { projectId, settings: { shell: 'rm' } },
    ],
  },
  'train/resume': {
    smallest: { projectId },
    full: { projectId, runId },
    refused: notIds.map((id) => ({ projectId, runId: id })),
  },
  'train/list-runs': onlyProject,
  'train/get-run': {
    smallest: { projectId, runId },
    full: { projectId, runId },
    refused: [{ projectId }, ...notIds.map((id) => ({ projectId, runId: id }))],
  },
  'review/page': {
    smallest: { projectId, query: bareQuery, offset: 0, limit: 0 },
    full: { projectId, query, offset: 999_000, limit: 200 },
    refused: [
      ...badQueries.map((bad) => ({ projectId, query: bad, offset: 0, limit: 10 })),
      { projectId, query: bareQuery, offset: -1, limit: 10 },
      { projectId, query: bareQuery, offset: 0, limit: 10_001 },
      { projectId, query: bareQuery, offset: 0, limit: 1.5 },
    ],
  },
  'review/summary': {
    smallest: { projectId, query: bareQuery },
    full: { projectId, query },
    refused: badQueries.map((bad) => ({ projectId, query: bad })),
  },
  'review/locate': {
    smallest: { projectId, query: bareQuery, sampleId },
    full: { projectId, query, sampleId },
    refused: notIds.map((id) => ({ projectId, query: bareQuery, sampleId: id })),
  },
  'review/ids': {
    smallest: { projectId, query: bareQuery, offset: 0, limit: 1_000_000 },
    full: { projectId, query, offset: 0, limit: 5 },
    refused: [{ projectId, query: bareQuery, offset: 0, limit: 1_000_001 }],
  },
  'review/sample': {
    smallest: { projectId, sampleId },
    full: { projectId, sampleId, runId },
    refused: [...notIds.map((id) => ({ projectId, sampleId: id })), { projectId, sampleId, runId: '3' }],
  },
  'review/find': {
    smallest: { projectId, path: 'cat/1.png' },
    full: { projectId, path: '猫/1.png' },
    refused: [{ projectId }, { projectId, path: '' }, { projectId, path: longText }],
  },
  'review/noise-matrix': {
    smallest: { projectId },
    full: { projectId, runId },
    refused: notIds.map((id) => ({ projectId, runId: id })),
  },
  'review/compare-runs': {
    smallest: { projectId, runId, otherRunId: runId, by: 'suspicion', limit: 10 },
    full: { projectId, runId, otherRunId: runId, by: 'suspicion', limit: 10 },
    refused: [
      { projectId, runId, by: 'suspicion', limit: 10 },
      { projectId, runId, otherRunId: runId, by: 'best', limit: 10 },
      { projectId, runId, otherRunId: runId, by: 'suspicion', limit: -1 },
    ],
  },
  'decide/apply': {
    smallest: { projectId, target: { sampleIds: [] }, action: { kind: 'keep' } },
    full: { projectId, target: { query, expectedCount: 3 }, action: { kind: 'relabel', classId }, runId },
    refused: [
      { projectId, target: {}, action: { kind: 'keep' } },
      { projectId, target: { sampleIds: [1], query: bareQuery, expectedCount: 1 }, action: { kind: 'keep' } },
      { projectId, target: { query: bareQuery }, action: { kind: 'keep' } },
      { projectId, target: { sampleIds: [0] }, action: { kind: 'keep' } },
      { projectId, target: { sampleIds: tooMany }, action: { kind: 'keep' } },
      { projectId, target: { sampleIds: [1] }, action: { kind: 'delete' } },
      { projectId, target: { sampleIds: [1] }, action: { kind: 'relabel' } },
      { projectId, target: { sampleIds: [1] }, action: { kind: 'keep', classId } },
    ],
  },
  'decide/apply-many': {
    smallest: { projectId, title: '', items: [] },
    full: { projectId, title: 'decisions.csv', items: [{ sampleId, action: { kind: 'trust', classId } }] },
    refused: [
      { projectId, title: 'x', items: [{ sampleId }] },
      { projectId, title: 'x', items: [{ sampleId, action: { kind: 'trust', classId: 0 } }] },
      { projectId, title: longText, items: [] },
      { projectId, title: 'x', items: {} },
    ],
  },
  'decide/undo': onlyProject,
  'decide/redo': onlyProject,
  'decide/journal': {
    smallest: { projectId, limit: 0 },
    full: { projectId, limit: 10 },
    refused: [{ projectId }, { projectId, limit: 1e6 }, { projectId, limit: '10' }],
  },
  'decide/ensure-class': {
    smallest: { projectId, name: 'cat' },
    full: { projectId, name: 'cat' },
    refused: [
      { projectId, name: '' },
      { projectId, name: longText },
      { projectId, name: { toString: 'cat' } },
    ],
  },
  'audit/draw': {
    smallest: { projectId, size: 1 },
    full: { projectId, size: 100, runId: 1 as RunId },
    refused: [{ projectId }, { projectId, size: 0 }, { projectId, size: 1e9 }, { projectId, size: 1.5 }],
  },
  'audit/list': onlyProject,
  'audit/record': {
    smallest: { projectId, items: [] },
    full: {
      projectId,
      items: [
        { sampleId: 1 as SampleId, kind: 'right' },
        { sampleId: 2 as SampleId, kind: 'wrong', classId: 1 as ClassId },
        { sampleId: 3 as SampleId, kind: 'none' },
      ],
    },
    refused: [
      { projectId },
      { projectId, items: [{ sampleId: 1, kind: 'maybe' }] },
      { projectId, items: [{ sampleId: 1, kind: 'right', classId: 1 }] },
    ],
  },
  'audit/report': {
    smallest: { projectId },
    full: { projectId, cuts: [0, 200], runId: 1 as RunId },
    refused: [
      { projectId, cuts: [-1] },
      { projectId, cuts: 5 },
    ],
  },
  'review/why': {
    smallest: { projectId, sampleId },
    full: { projectId, sampleId, runId },
    refused: notIds.map((id) => ({ projectId, sampleId: id })),
  },
  'self-test/start': {
    smallest: { projectId },
    full: { projectId, runId },
    refused: [{}, { projectId, runId: 0 }, { projectId, size: 3 }],
  },
  'problems/check': { smallest: { projectId }, full: { projectId }, refused: [{}, { projectId, kinds: [] }] },
  'problems/summary': { smallest: { projectId }, full: { projectId }, refused: [{}] },
  'problems/list': {
    smallest: { projectId, offset: 0, limit: 10 },
    full: { projectId, kinds: ['blurred', 'near-duplicate'], offset: 10, limit: 10 },
    refused: [
      { projectId, offset: 0 },
      { projectId, kinds: ['ugly'], offset: 0, limit: 1 },
      { projectId, offset: -1, limit: 1 },
    ],
  },
  'map/draw': { smallest: { projectId }, full: { projectId }, refused: [{}] },
  'map/points': { smallest: { projectId }, full: { projectId, runId }, refused: [{}, { projectId, runId: 0 }] },
  'export/plan': exportCase,
  'export/start': exportCase,
  'export/network': {
    smallest: { projectId, target: '/tmp/birds.onnx', format: 'onnx' },
    full: { projectId, target: '/tmp/birds', format: 'tfjs', runId },
    refused: [
      { projectId, target: '/tmp/birds.onnx' },
      { projectId, target: '/tmp/b', format: 'pb' },
    ],
  },
  'export/weights': {
    smallest: { projectId, file: '/tmp/weights.csv' },
    full: { projectId, file: '/tmp/weights', format: 'npy', runId },
    refused: [{ projectId }, { projectId, file: '' }, { projectId, file: '/tmp/w', format: 'xlsx' }],
  },
  'engines/list': { smallest: {}, full: { askForSizes: true }, refused: [{ askForSizes: 'yes' }] },
  'engines/install': {
    smallest: { variant: 'cpu' },
    full: { variant: 'cuda', from: { kind: 'file', file: '/packs/tensorflow.tar.zst' } },
    refused: [
      {},
      { variant: 'rocm' },
      { variant: 'cpu', from: { kind: 'file' } },
      { variant: 'cpu', from: { kind: 'file', file: 'a\0b' } },
      { variant: 'cpu', from: { kind: 'build', file: '/x' } },
    ],
  },
  'engines/remove': {
    smallest: { engine: 'tensorflow' },
    full: { engine: 'tensorflow' },
    refused: [{}, { engine: 'wasm' }, { engine: '../tensorflow' }],
  },
  'engines/check': {
    smallest: {},
    full: { engine: 'wasm' },
    refused: [{ engine: 'auto' }, { engine: '' }, { engine: 1 }],
  },
  'backbones/list': nothing,
  'backbones/add': {
    smallest: { file: '/models/a.onnx' },
    full: { file: '/models/a.onnx', name: 'a' },
    refused: [{}, { file: '' }, { file: 'a\0b' }, { file: '/a.onnx', name: '' }, { file: '/a.onnx', name: longText }],
  },
  'backbones/download': {
    smallest: { name: 'dinov2-small' },
    full: { name: 'dinov2-small' },
    refused: [{}, { name: '' }, { name: longText }, { name: 'x', address: 'https://example.org' }],
  },
  'backbones/compare': {
    smallest: { projectId },
    full: { projectId, backbone: 'dinov2-small.onnx' },
    refused: [{}, { projectId, backbone: '' }, { projectId, backbone: longText }],
  },
  'backbones/remove': {
    smallest: { name: 'dinov2-small' },
    full: { name: 'dinov2-small' },
    refused: [{}, { name: '' }, { name: 1 }],
  },
  'embed/start': {
    smallest: { projectId, part: { kind: 'all' } },
    full: { projectId, part: { kind: 'shard', index: 1, count: 4 }, backbone: 'dinov2-small.onnx', imageSize: 224 },
    refused: [
      { projectId },
      { projectId, part: { kind: 'some' } },
      { projectId, part: { kind: 'all', index: 1, count: 2 } },
      { projectId, part: { kind: 'shard', index: 0, count: 2 } },
      { projectId, part: { kind: 'shard', index: 1 } },
      { projectId, part: { kind: 'all' }, imageSize: 0 },
    ],
  },
  'job/list': nothing,
  'job/get': onlyJob,
  'job/cancel': onlyJob,
  'job/pause': onlyJob,
  'job/resume': onlyJob,
};
