/**
 * How similar every image is to one of them, exactly: one pass over the cached vectors, a few of which are in memory at a time. A million
 * vectors of 1,024 numbers are 4 GB to read, which takes some seconds to a minute, as fast as the disk is; the answer takes 4 MB.
 */
import type { SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { SampleIndex } from './sample-index.ts';
import { requireSample } from './sample-views.ts';
import type { ServicePorts } from './service-context.ts';
import { readPresent, vectorsOfProject } from './sketch-images.ts';

/** Cosine of the embeddings, in [-1, 1], per position in the index; NaN without a vector. Throws `not-found`, `run-not-found`. */
export async function similarityTo(
  { embedder }: Pick<ServicePorts, 'embedder'>,
  stores: ProjectStores,
  index: SampleIndex,
  sampleId: SampleId,
): Promise<Float32Array> {
  const wanted = requireSample(stores, sampleId);
  const source = vectorsOfProject(stores);
  const folder = stores.info.folder;
  const project = { folder, datasetFolder: stores.info.source?.folder ?? folder };
  const own = source && (await embedder.cached(project, [wanted], source.backbone, source.imageSize))?.vectors;
  if (!source || !own) {
    const message = `The vectors that ${wanted.path} could be compared by are not there. Train on embeddings first.`;
    throw new TouchstoneError('run-not-found', message, { details: { sampleId } });
  }
  const samples = await readPresent(stores);
  const similarities = new Float32Array(index.count).fill(Number.NaN);
  const ownLength = Math.sqrt(dot(own, own));
  const visit = (vector: Float32Array, places: readonly number[]): void => {
    const length = ownLength * Math.sqrt(dot(vector, vector));
    const cosine = length > 0 ? dot(own, vector) / length : 0;
    for (const place of places) similarities[index.positionOf(samples[place]?.id ?? 0)] = cosine;
  };
  await embedder.visitCached(project, samples, source.backbone, source.imageSize, visit);
  // Rounding must not put a twin before the image itself.
  similarities[index.positionOf(sampleId)] = 2;
  return similarities;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
}
