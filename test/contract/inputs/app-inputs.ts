/** Inputs of the app, its projects, this machine, and long work; see method-inputs.ts. */
import type { InputCasesOf } from './input-case.ts';
import { badFolders, longText, nothing, onlyJob, onlyProject, projectId } from './input-parts.ts';

export const appInputs: InputCasesOf<'app' | 'project' | 'import' | 'engines' | 'backbones' | 'embed' | 'job'> = {
  'app/info': nothing,
  'app/details': {
    smallest: {},
    full: { shown: 'permission-denied: You may not read it.' },
    refused: [{ shown: 1 }, { shown: 'x'.repeat(65_537) }, { folder: '/p' }],
  },
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
