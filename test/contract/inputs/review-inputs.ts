/** Inputs of lists, decisions, problems and the map; see method-inputs.ts. */
import type { InputCasesOf } from './input-case.ts';
import {
  badQueries,
  bareQuery,
  classId,
  longText,
  notIds,
  onlyProject,
  projectId,
  query,
  runId,
  sampleId,
  tooMany,
} from './input-parts.ts';

export const reviewInputs: InputCasesOf<'review' | 'decide' | 'problems' | 'map'> = {
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
  'review/why': {
    smallest: { projectId, sampleId },
    full: { projectId, sampleId, runId },
    refused: notIds.map((id) => ({ projectId, sampleId: id })),
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
};
