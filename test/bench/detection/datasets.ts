/** Images with their true labels and embeddings: the photographs of shared/data/cifar10n-5k, or any folder of class folders. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ClassId, Sample, SampleId } from '../../../src-main/core/dataset/sample.ts';
import { patchDictionary } from '../../../src-main/core/patches/learn-dictionary.ts';
import { defaultSettings } from '../../../src-main/core/reweight/default-settings.ts';
import { OnnxEmbedder } from '../../../src-main/embedding/onnx-embedder.ts';
import { hashBytes } from '../../../src-main/media/content-hash.ts';
import { scanFolder } from '../../../src-main/media/folder-scan.ts';
import { createPixelSource } from '../../../src-main/media/pixel-cache.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
export const sharedDataFolder = path.join(repository, '../shared/data');

/** `backbone`: the built-in one at the default size. `patches`: the dictionary of the images' own patches. */
export const embedderNames = ['backbone', 'patches'] as const;
export type EmbedderName = (typeof embedderNames)[number];

export type HumanLabels = 'worse' | 'aggregate' | 'random1';

export interface LabelledVectors {
  /** The folder's name. */
  readonly name: string;
  readonly classCount: number;
  /** As in a run's settings. */
  readonly backbone: string;
  /** float32 [N, D] */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** Class indices, [N]. */
  readonly truth: Int32Array;
  /** What people answered, [N] each; null where nobody was asked. */
  readonly human: Readonly<Record<HumanLabels, Int32Array>> | null;
}

interface LabelledFile {
  readonly file: string;
  readonly label: string;
}

/** Embeds the images of a folder; the vectors are kept in the system's temporary folder for the next time. */
export async function loadDataset(folder: string, embedderName: EmbedderName): Promise<LabelledVectors> {
  const name = path.basename(folder);
  const isCifar10n = existsSync(path.join(folder, 'truth.csv'));
  const files = isCifar10n ? await readTruth(folder) : await listClassFolders(folder);
  const names = [...new Set(files.map(({ label }) => label))].sort();
  const indicesOf = (labels: readonly string[]) => Int32Array.from(labels, (label) => names.indexOf(label));
  const truth = indicesOf(files.map(({ label }) => label));
  const embedded = await embed(folder, files, embedderName);
  const human = isCifar10n ? await readHumanLabels(folder, indicesOf) : null;
  return { name, classCount: names.length, ...embedded, truth, human };
}

async function readTruth(folder: string): Promise<LabelledFile[]> {
  const rows = await readRows(folder, 'truth.csv');
  return rows.map((row) => ({ file: row['path'] ?? '', label: row['true_label'] ?? '' }));
}

async function readHumanLabels(folder: string, indicesOf: (labels: readonly string[]) => Int32Array) {
  const truthRows = await readRows(folder, 'truth.csv');
  const rows = new Map((await readRows(folder, 'other-human-labels.csv')).map((row) => [row['index'], row]));
  const column = (name: string): Int32Array =>
    indicesOf(truthRows.map((row) => rows.get(path.basename(row['path'] ?? '', '.png'))?.[name] ?? ''));
  return { worse: column('worse_label'), aggregate: column('aggre_label'), random1: column('random_label1') };
}

async function readRows(folder: string, file: string): Promise<Record<string, string>[]> {
  return parse(await readFile(path.join(folder, file)), { columns: true });
}

async function listClassFolders(folder: string): Promise<LabelledFile[]> {
  const { files } = await scanFolder(folder);
  const pictures = files.filter((file) => file.includes('/') && /\.(jpe?g|png|webp)$/i.test(file));
  return pictures.map((file) => ({ file, label: file.split('/')[0] ?? '' }));
}

async function embed(folder: string, files: readonly LabelledFile[], embedderName: EmbedderName) {
  const project = { folder: path.join(tmpdir(), `touchstone-bench-${path.basename(folder)}`), datasetFolder: folder };
  const pixels = createPixelSource();
  const embedder = new OnnxEmbedder({ backboneFolders: [path.join(repository, 'resources/backbones')], pixels });
  const samples = await Promise.all(files.map(({ file }, index) => makeSample(folder, file, index)));
  const settings = defaultSettings('head', samples.length);
  const { backbone, imageSize } =
    embedderName === 'patches' ? { ...patchDictionary, backbone: patchDictionary.name } : settings;
  const startedAtMs = performance.now();
  const result = await embedder.embed(project, samples, backbone, imageSize);
  console.log(`vectors of ${samples.length} images in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  return { backbone, vectors: new Float32Array(result.vectors), dimensions: result.dimensions };
}

async function makeSample(folder: string, file: string, index: number): Promise<Sample> {
  const bytes = await readFile(path.join(folder, file));
  return {
    id: (index + 1) as SampleId,
    path: file,
    contentHash: await hashBytes(new Uint8Array(bytes)),
    sizeBytes: bytes.length,
    modifiedAtMs: 0,
    width: 0,
    height: 0,
    givenClassId: 1 as ClassId,
    presence: 'present',
  };
}
