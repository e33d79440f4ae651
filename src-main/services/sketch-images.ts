/** Sketches of a project's embeddings (core/similarity), read from the cache in one pass. */
import type { Sample } from '../core/dataset/sample.ts';
import { createProjection, emptySketch, meanOf, meanVectors, type Sketch } from '../core/similarity/sketch.ts';
import type { LongCallOptions } from './ports/long-calls.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { ServicePorts } from './service-context.ts';
import { yieldToOthers } from './take-turns.ts';

/** Any fixed number: the same images give the same sketches. */
const projectionSeed = 271_828;
const stretchSamples = 5000;

/** Every present sample, ordered by id. */
export async function readPresent({ samples }: ProjectStores): Promise<readonly Sample[]> {
  const found: Sample[] = [];
  let after = 0;
  for (;;) {
    const stretch = samples.stretch(after, stretchSamples, 'present');
    found.push(...stretch);
    if (stretch.length < stretchSamples) return found;
    after = stretch.at(-1)?.id ?? 0;
    await yieldToOthers();
  }
}

/** Which vectors of a project to look at: those of the newest finished run that was trained on embeddings. Null without one. */
export function vectorsOfProject({
  runs,
}: ProjectStores): { readonly backbone: string; readonly imageSize: number } | null {
  const run = runs.all().find(({ status, settings }) => status === 'finished' && settings.network === 'head');
  return run ? run.settings : null;
}

/** A row per sample; of zeros for those whose vector is not in the cache. Null where none is. */
export async function sketchImages(
  { embedder }: Pick<ServicePorts, 'embedder'>,
  stores: ProjectStores,
  samples: readonly Sample[],
  options: LongCallOptions = {},
): Promise<Sketch | null> {
  const source = vectorsOfProject(stores);
  if (source === null || samples.length === 0) return null;
  const { folder, source: dataset } = stores.info;
  const project = { folder, datasetFolder: dataset?.folder ?? folder };
  const sketch = emptySketch(samples.length);
  const first: { readonly vector: Float32Array; readonly places: readonly number[] }[] = [];
  let write: ReturnType<typeof createProjection> | null = null;
  const begin = (): void => {
    const vectors = first.map(({ vector }) => vector);
    const project = createProjection(meanOf(vectors), projectionSeed);
    write = project;
    for (const { vector, places } of first.splice(0)) for (const place of places) project(vector, place, sketch);
  };
  const visit = (vector: Float32Array, places: readonly number[]): void => {
    if (write) for (const place of places) write(vector, place, sketch);
    else if (first.push({ vector: vector.slice(), places }) >= meanVectors) begin();
  };
  const { backbone, imageSize } = source;
  const visited = await embedder.visitCached(project, samples, backbone, imageSize, visit, options);
  if (first.length > 0) begin();
  return visited && visited.found > 0 ? sketch : null;
}
