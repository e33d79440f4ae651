/** The 5,000 photographs of shared/data/cifar10n-5k: their true labels, three sets of human labels, and their embeddings. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ClassId, Sample, SampleId } from '../../../src-main/core/dataset/sample.ts';
import { defaultSettings } from '../../../src-main/core/reweight/default-settings.ts';
import { OnnxEmbedder } from '../../../src-main/embedding/onnx-embedder.ts';
import { createPixelSource } from '../../../src-main/media/pixel-cache.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
export const cifar10nFolder = path.join(repository, '../shared/data/cifar10n-5k');
const imageSize = 128;

export interface LabelledVectors {
  readonly classCount: number;
  /** float32 [N, D] */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** Class indices, [N]. */
  readonly truth: Int32Array;
  /** What people answered: `worse`, `aggregate`, `random1`; [N] each. */
  readonly human: Readonly<Record<HumanLabels, Int32Array>>;
}

export type HumanLabels = 'worse' | 'aggregate' | 'random1';

export function isCifar10nThere(): boolean {
  return existsSync(path.join(cifar10nFolder, 'truth.csv'));
}

/** Embeds with the built-in backbone at 128 px; the vectors are kept in the system's temporary folder for the next time. */
export async function loadCifar10n(): Promise<LabelledVectors> {
  const truthRows = await readRows('truth.csv');
  const humanRows = new Map((await readRows('other-human-labels.csv')).map((row) => [row['index'], row]));
  const names = [...new Set(truthRows.map((row) => row['true_label'] ?? ''))].sort();
  const indicesOf = (labels: readonly (string | undefined)[]) =>
    Int32Array.from(labels, (label) => names.indexOf(label ?? ''));
  const humanOf = (column: string) =>
    indicesOf(truthRows.map((row) => humanRows.get(path.basename(row['path'] ?? '', '.png'))?.[column]));
  const samples = await Promise.all(truthRows.map((row, index) => makeSample(row['path'] ?? '', index)));
  return {
    classCount: names.length,
    ...(await embed(samples)),
    truth: indicesOf(truthRows.map((row) => row['true_label'])),
    human: { worse: humanOf('worse_label'), aggregate: humanOf('aggre_label'), random1: humanOf('random_label1') },
  };
}

async function readRows(file: string): Promise<Record<string, string>[]> {
  return parse(await readFile(path.join(cifar10nFolder, file)), { columns: true });
}

async function makeSample(file: string, index: number): Promise<Sample> {
  const bytes = await readFile(path.join(cifar10nFolder, file));
  return {
    id: (index + 1) as SampleId,
    path: file,
    contentHash: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    modifiedAtMs: 0,
    width: 32,
    height: 32,
    givenClassId: 1 as ClassId,
    presence: 'present',
  };
}

async function embed(samples: readonly Sample[]): Promise<{ vectors: Float32Array; dimensions: number }> {
  const project = { folder: path.join(tmpdir(), 'touchstone-bench-cifar10n'), datasetFolder: cifar10nFolder };
  const embedder = new OnnxEmbedder({
    backboneFolder: path.join(repository, 'resources/backbones'),
    pixels: createPixelSource(),
  });
  const startedAtMs = performance.now();
  const result = await embedder.embed(project, samples, defaultSettings('head', samples.length).backbone, imageSize);
  console.log(`vectors of ${samples.length} images in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  return { vectors: new Float32Array(result.vectors), dimensions: result.dimensions };
}
