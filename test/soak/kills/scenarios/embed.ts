/** Embedding with the real backbone: the vectors are those of a run that was never killed. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OnnxEmbedder } from '../../../../src-main/embedding/onnx-embedder.ts';
import { createPixelSource } from '../../../../src-main/media/pixel-cache.ts';
import { SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { startHost } from '../../../factories/make-services.ts';
import { checkProject } from '../check-project.ts';
import { drawImages } from '../drawn-images.ts';
import type { Scenario } from '../scenario.ts';

const backboneFolder = resolve(import.meta.dirname, '../../../../resources/backbones');
const backbone = 'mobilenet-v1-1.0-224-features.onnx';
const size = 32;

async function embed(folder: string): Promise<Buffer> {
  const stores = new SqliteProjectFiles().open(join(folder, 'project'));
  try {
    const project = { folder: join(folder, 'project'), datasetFolder: join(folder, 'pictures') };
    const embedder = new OnnxEmbedder({ backboneFolders: [backboneFolder], pixels: createPixelSource() });
    const { vectors, problems } = await embedder.embed(project, stores.samples.all('present'), backbone, size);
    assert.deepEqual(problems, []);
    return Buffer.from(new Uint8Array(vectors));
  } finally {
    stores.close();
  }
}

const clearCache = (folder: string): void => rmSync(join(folder, 'project', 'cache'), { recursive: true, force: true });

export const scenario: Scenario = {
  longestMs: 900,
  prepare: async (folder) => {
    await drawImages(join(folder, 'pictures'), 50);
    const host = startHost(folder);
    const { projectId } = await host.call('project/create', { folder: join(folder, 'project') });
    const source = { folder: join(folder, 'pictures'), labels: { kind: 'folders' } } as const;
    await host.finish('import', (await host.call('import/start', { projectId, ...source })).jobId);
    await host.services.close();
    writeFileSync(join(folder, 'expected'), await embed(folder));
    clearCache(folder);
  },
  work: async (folder, acknowledge) => {
    await embed(folder);
    acknowledge('embedded');
  },
  check: async (folder, acknowledged) => {
    await checkProject(join(folder, 'project'));
    if (!acknowledged.includes('embedded')) return;
    assert.ok((await embed(folder)).equals(readFileSync(join(folder, 'expected'))));
    clearCache(folder);
  },
  finish: async (folder) => assert.ok((await embed(folder)).equals(readFileSync(join(folder, 'expected')))),
};
