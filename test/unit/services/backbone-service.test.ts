/** Backbones and vectors through the services: jobs, defaults of a training, shards of a project that is only read. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeOnnxModel } from '../../factories/make-onnx-model.ts';
import type { Sample } from '../../../src-main/core/dataset/sample.ts';
import {
  trainOnce,
  trustFirst,
  withHost,
  withImportedProject,
  type TestProject,
} from '../../factories/make-services.ts';

const shape = ['n', 3, 48, 48];
const model = makeOnnxModel({
  inputs: [{ name: 'x', shape }],
  outputs: [{ name: 'y', shape }],
  nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'] }],
});

describe('backbones', () => {
  it('are added and removed as jobs', () =>
    withHost(async ({ call, finish, wait }, folder) => {
      const file = path.join(folder, 'own.onnx');
      await writeFile(file, model);
      const { jobId } = await call('backbones/add', { file });
      expect(await finish('backbone-add', jobId)).toMatchObject({ name: 'own.onnx', imageSize: 48 });
      const names = async () => (await call('backbones/list', {})).backbones.map(({ name }) => name);
      expect(await names()).toContain('own.onnx');
      const again = await call('backbones/add', { file });
      expect(await wait(again.jobId)).toMatchObject({ status: 'failed', error: { code: 'wrong-use' } });
      const unknown = await call('backbones/download', { name: 'nix' });
      expect(await wait(unknown.jobId)).toMatchObject({ status: 'failed', error: { code: 'not-found' } });
      expect(await call('backbones/remove', { name: 'own.onnx' })).toEqual({ bytesFreed: model.length });
      expect(await names()).not.toContain('own.onnx');
    }));

  it('bring their own image size to a training', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, folder, finish } = project;
      await trustFirst(project, 1);
      const file = path.join(folder, 'own.onnx');
      await writeFile(file, model);
      await finish('backbone-add', (await call('backbones/add', { file })).jobId);
      const backbone = 'own.onnx';
      const { settings } = await call('train/defaults', { projectId, backbone });
      expect(settings).toMatchObject({ backbone, imageSize: 48 });
      expect((await call('train/defaults', { projectId })).settings.imageSize).toBe(128);
      expect((await trainOnce(project, { backbone })).detail.settings).toMatchObject({ backbone, imageSize: 48 });
      const { detail } = await trainOnce(project, { backbone, imageSize: 64 });
      expect(detail.settings.imageSize).toBe(64);
      await expect(call('train/start', { projectId, settings: { backbone: 'nix.onnx' } })).rejects.toMatchObject({
        code: 'backbone-invalid',
      });
    }));
});

describe('the project\u2019s own patches', () => {
  /** Only the named backbone's vectors say anything about the class. */
  const tellingBackbone = (telling: string) => (sample: Sample, backbone: string) => {
    const noise = [0, 2, 4, 6].map((start) => Number.parseInt(sample.contentHash.slice(start, start + 2), 16) / 255);
    return noise.map((value, d) => value + (backbone === telling && d === sample.givenClassId % 4 ? 9 : 0));
  };
  const compare = async ({ call, finish, projectId }: TestProject) =>
    finish('backbone-comparison', (await call('backbones/compare', { projectId })).jobId);

  it('are proposed where they tell the trusted images apart better, also before a training', () =>
    withImportedProject(6, async (project) => {
      await trustFirst(project, 5);
      project.embedder.vectorOf = tellingBackbone('patch-dictionary.onnx');
      const result = await compare(project);
      expect(result).toMatchObject({ images: 15, proposed: 'patch-dictionary.onnx' });
      expect(result.candidates.map(({ right }) => right)).toEqual([expect.any(Number), 15]);
      const { warnings } = await project.call('train/defaults', { projectId: project.projectId });
      expect(warnings.join()).toContain('get 15 of 15 trusted images right');
      const input = { projectId: project.projectId, backbone: 'patch-dictionary.onnx' };
      expect((await project.call('train/defaults', input)).settings.imageSize).toBe(32);
    }));

  it('are not proposed where the backbone does as well', () =>
    withImportedProject(6, async (project) => {
      await trustFirst(project, 5);
      project.embedder.vectorOf = tellingBackbone('mobilenet-v1-1.0-224-features.onnx');
      expect((await compare(project)).proposed).toBeNull();
      const { warnings } = await project.call('train/defaults', { projectId: project.projectId });
      expect(warnings.join()).not.toContain('patches');
    }));

  it('are compared on enough trusted images only', () =>
    withImportedProject(2, async (project) => {
      await trustFirst(project, 1);
      await expect(compare(project)).rejects.toThrow('too few to compare');
    }));
});

describe('embedding ahead', () => {
  it('counts what had to be computed', () =>
    withImportedProject(2, async ({ call, projectId, finish }) => {
      const embed = async () => {
        const { jobId } = await call('embed/start', { projectId, part: { kind: 'all' } });
        return finish('embedding', jobId);
      };
      expect(await embed()).toMatchObject({ images: 6, computed: 6, missing: 0, imageSize: 128 });
      expect(await embed()).toMatchObject({ images: 6, computed: 0 });
    }));

  it('works on a project that is only read, and leaves its file alone', () =>
    withImportedProject(2, async ({ call, projectId, status }) => {
      await call('project/close', { projectId });
      const opened = await call('project/open', { folder: status.folder, readOnly: true });
      expect(opened.isReadOnly).toBe(true);
      const part = { kind: 'shard', index: 1, count: 2 } as const;
      const { jobId } = await call('embed/start', { projectId: opened.projectId, part });
      expect(jobId).toMatch(/^job-/);
      const start = call('train/start', { projectId: opened.projectId, settings: {} });
      await expect(start).rejects.toMatchObject({ code: 'project-read-only' });
    }));

  it('refuses shards that there are not, and projects without images', () =>
    withHost(async ({ call, wait }, folder) => {
      const { projectId } = await call('project/create', { folder: path.join(folder, 'p') });
      const shard = { kind: 'shard', index: 3, count: 2 } as const;
      await expect(call('embed/start', { projectId, part: shard })).rejects.toThrow('no shard 3 of 2');
      const { jobId } = await call('embed/start', { projectId, part: { kind: 'all' } });
      expect(await wait(jobId)).toMatchObject({ status: 'failed', error: { code: 'dataset-empty' } });
    }));
});
