/** Loads what a run's samples look like to its network: embeddings for the head, pixels for the others. */
import { throwIfCancelled, TouchstoneError } from '../core/errors.ts';
import type { Problem, Sample, SampleId } from '../core/dataset/sample.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { LongCallOptions } from './ports/long-calls.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { TrainingJob } from './ports/training-runner.ts';
import type { ServicePorts } from './service-context.ts';
import { yieldToOthers } from './take-turns.ts';

export interface LoadedInputs {
  readonly inputs: TrainingJob['inputs'];
  /** SHA-256 of the backbone; null where none is used. */
  readonly backboneHash: string | null;
}

const stretchSamples = 5000;

/** Throws `image-unreadable` where files can no longer be read: a run trains on exactly the samples that it lists. */
export async function loadInputs(
  { embedder, pixelSource }: Pick<ServicePorts, 'embedder' | 'pixelSource'>,
  { info }: ProjectStores,
  samples: readonly Sample[],
  { network, backbone, imageSize }: RunSettings,
  options: LongCallOptions,
): Promise<LoadedInputs> {
  const project = { folder: info.folder, datasetFolder: info.source?.folder ?? info.folder };
  if (network === 'head') {
    const embedded = await embedder.embed(project, samples, backbone, imageSize, options);
    refuseUnreadable(embedded.problems);
    const { vectors, dimensions, backboneHash } = embedded;
    return { inputs: { kind: 'vectors', buffer: vectors, dimensions }, backboneHash };
  }
  const { pixels, problems } = await pixelSource.load(project, samples, imageSize, options);
  refuseUnreadable(problems);
  return { inputs: { kind: 'pixels', buffer: pixels, size: imageSize }, backboneHash: null };
}

/** In the order of `ids`. Samples that are unknown or gone are left out. */
export async function readPresentSamples(
  { samples }: ProjectStores,
  ids: readonly SampleId[],
  signal: AbortSignal,
): Promise<readonly Sample[]> {
  const found: Sample[] = [];
  for (let from = 0; from < ids.length; from += stretchSamples) {
    for (const sample of samples.byIds(ids.slice(from, from + stretchSamples))) {
      if (sample.presence === 'present') found.push(sample);
    }
    await yieldToOthers();
    throwIfCancelled(signal);
  }
  return found;
}

function refuseUnreadable(problems: readonly Problem[]): void {
  const [first] = problems;
  if (!first) return;
  const count = problems.length === 1 ? '1 image' : `${problems.length} images`;
  const message = `${count} can no longer be read; the first is "${first.path}": ${first.reason} Import the folder again with update, then train.`;
  const details = { paths: problems.slice(0, 20).map(({ path }) => path) };
  throw new TouchstoneError('image-unreadable', message, { details });
}
