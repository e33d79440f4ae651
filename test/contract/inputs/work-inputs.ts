/** Inputs of the trusted set, training, audits and exports; see method-inputs.ts. */
import type { ClassId, RunId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import type { InputCasesOf } from './input-case.ts';
import { exportCase, notIds, onlyProject, projectId, runId, sampleId, settings, tooMany } from './input-parts.ts';

export const workInputs: InputCasesOf<'trust' | 'train' | 'audit' | 'self-test' | 'export'> = {
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
  'self-test/last': {
    smallest: { projectId },
    full: { projectId, runId },
    refused: [{}, { projectId, runId: 0 }],
  },
  'self-test/start': {
    smallest: { projectId },
    full: { projectId, runId },
    refused: [{}, { projectId, runId: 0 }, { projectId, size: 3 }],
  },
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
};
