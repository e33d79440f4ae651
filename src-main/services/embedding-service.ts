/** Vectors ahead of a training: of the whole project, of one shard of it on some machine, and gathering the shards. */
import type { EmbeddingPart, MethodHandlers } from '../contract/methods.ts';
import type { EmbeddingReport } from '../contract/payloads.ts';
import type { Sample } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { headInput } from './head-input.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { Embedder } from './ports/embedder.ts';
import type { LongCallOptions } from './ports/long-calls.ts';
import type { ServiceContext } from './service-context.ts';

export type EmbeddingMethods = Pick<MethodHandlers, 'embed/start'>;

export function createEmbeddingMethods(context: ServiceContext): EmbeddingMethods {
  return {
    // Nothing but the cache is written, so a project that can only be read will do.
    'embed/start': ({ projectId, part, ...wish }) => {
      const project = context.projects.get(projectId);
      checkPart(part);
      return {
        jobId: context.jobs.start('embedding', projectId, async (control) => {
          const input = await headInput(context.ports, wish);
          return embedPart(context, project, part, input, control);
        }),
      };
    },
  };
}

type HeadInput = Awaited<ReturnType<typeof headInput>>;

async function embedPart(
  { ports: { embedder } }: ServiceContext,
  { stores }: OpenProject,
  part: EmbeddingPart,
  input: HeadInput,
  { signal, report }: JobControl,
): Promise<EmbeddingReport> {
  const { info } = stores;
  const place = { folder: info.folder, datasetFolder: info.source?.folder ?? info.folder };
  const samples = stores.samples.all('present');
  if (samples.length === 0)
    throw new TouchstoneError('dataset-empty', 'There are no images to embed. Import a dataset first.');
  const options = { signal, onProgress: report };
  return { ...input, ...(await compute(embedder, place, samples, part, input, options)) };
}

async function compute(
  embedder: Embedder,
  place: { readonly folder: string; readonly datasetFolder: string },
  samples: readonly Sample[],
  part: EmbeddingPart,
  { backbone, imageSize }: HeadInput,
  options: LongCallOptions,
): Promise<Omit<EmbeddingReport, keyof HeadInput>> {
  if (part.kind === 'merge') {
    const { merged, missing } = await embedder.mergeShards(place, samples, backbone, imageSize, options);
    return { images: samples.length, computed: merged, missing, device: null, unreadable: [] };
  }
  if (part.kind === 'shard') {
    const shard = await embedder.embedShard(place, samples, backbone, imageSize, part, options);
    const { computed, device, problems } = shard;
    return { images: shard.samples, computed, missing: null, device, unreadable: problems.map(({ path }) => path) };
  }
  const { computed, device, problems } = await embedder.embed(place, samples, backbone, imageSize, options);
  const unreadable = problems.map(({ path }) => path);
  return { images: samples.length, computed, missing: unreadable.length, device, unreadable };
}

function checkPart(part: EmbeddingPart): void {
  if (part.kind !== 'shard' || part.index <= part.count) return;
  const message = `There is no shard ${part.index} of ${part.count}. Give a number from 1 to ${part.count}.`;
  throw new TouchstoneError('invalid-value', message, { details: { index: part.index, count: part.count } });
}
