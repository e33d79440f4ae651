/** The backbone that a project makes for itself: a dictionary of its own pictures' patches, learned once per picture size and kept in its cache. */
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sample } from '../core/dataset/sample.ts';
import { throwIfCancelled, TouchstoneError } from '../core/errors.ts';
import { learnDictionary, patchDictionary, patchSide, type PatchDictionary } from '../core/patches/learn-dictionary.ts';
import { toSquares } from '../core/pictures/enlarge.ts';
import type { Embedder } from '../services/ports/embedder.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { PixelSource } from '../services/ports/pixel-source.ts';
import { descriptionFile } from './backbone-description.ts';
import { patchModel } from './patch-model.ts';

/** Pictures that the dictionary is learned from, at most. */
const mostPictures = 1000;
const batchSize = 32;
/** The same pictures give the same dictionary, also in another process. */
const seed = 1;

const description = {
  title: 'Patch dictionary',
  source: 'learned from this project\u2019s own images, without labels',
  mean: [0, 0, 0],
  standardDeviation: [1, 1, 1],
};

type Project = Parameters<Embedder['embed']>[0];

export function isPatchDictionary(backbone: string): boolean {
  return backbone === patchDictionary.name;
}

/** The model's file, or null before it was learned. */
export async function findPatchModel(project: Project, size: number): Promise<string | null> {
  const file = modelFile(project, size);
  return await stat(file).then(
    () => file,
    () => null,
  );
}

/**
 * The model's file, learned first where there is none: from a thousand of the samples, the same ones each time. Throws `invalid-value` for a
 * picture size that is too small for quarters of it to hold a patch, `dataset-empty` without samples, `cancelled`.
 */
export async function requirePatchModel(
  project: Project,
  samples: readonly Sample[],
  size: number,
  pixels: Pick<PixelSource, 'batches'>,
  { signal, onProgress }: LongCallOptions,
): Promise<string> {
  const known = await findPatchModel(project, size);
  if (known !== null) return known;
  if (size < 2 * patchSide) {
    const message = `The patch dictionary needs images of at least ${2 * patchSide} pixels a side, not ${size}. Choose a larger image size.`;
    throw new TouchstoneError('invalid-value', message, { details: { imageSize: size } });
  }
  if (samples.length === 0) throw new TouchstoneError('dataset-empty', 'There are no images to learn patches from.');
  const chosen = samples.toSorted((a, b) => (a.contentHash < b.contentHash ? -1 : 1)).slice(0, mostPictures);
  const squares: Uint8Array[] = [];
  for await (const batch of pixels.batches(project, chosen, size, batchSize, { signal }))
    squares.push(toSquares(batch.pictures, size));
  const learning = learnDictionary(Buffer.concat(squares), size, seed);
  let step = learning.next();
  while (step.done !== true) {
    onProgress?.({ stage: 'Learning patches', done: Math.round(100 * step.value), total: 100 });
    await nextTurn();
    throwIfCancelled(signal);
    step = learning.next();
  }
  return await writeModel(project, size, step.value);
}

/** Both files appear whole or not at all, the model last. */
async function writeModel(project: Project, size: number, dictionary: PatchDictionary): Promise<string> {
  const file = modelFile(project, size);
  await mkdir(path.dirname(file), { recursive: true });
  const replace = async (target: string, content: string | Uint8Array): Promise<void> => {
    const temporary = `${target}.${process.pid}.part`;
    await writeFile(temporary, content);
    await rename(temporary, target);
  };
  await replace(descriptionFile(file), JSON.stringify({ ...description, imageSize: size }, null, 2));
  await replace(file, patchModel(dictionary, size));
  return file;
}

function modelFile(project: Project, size: number): string {
  return path.join(project.folder, 'cache', `patch-dictionary-${size}.onnx`);
}
