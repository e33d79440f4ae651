/** Which vectors tell this project's classes apart better: the backbone's, or those of its own patches. Decided on the trusted images alone. */
import type { BackboneComparison } from '../contract/payloads.ts';
import type { Sample } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { leaveOneOut } from '../core/metrics/leave-one-out.ts';
import { patchDictionary } from '../core/patches/learn-dictionary.ts';
import { headInput } from './head-input.ts';
import type { OpenProject } from './open-projects.ts';
import type { LongCallOptions } from './ports/long-calls.ts';
import type { ServiceContext } from './service-context.ts';

/** More say little more, and cost with the third power. */
const mostImages = 300;
/** With fewer, chance decides. */
const fewestImages = 10;

interface TrustedImages {
  readonly samples: readonly Sample[];
  readonly labels: Int32Array;
  readonly classCount: number;
}

type Candidate = BackboneComparison['candidates'][number];

/** Embeds the trusted images with each; the dictionary is learned from all images first. Throws `trusted-set-too-small`. */
export async function compareBackbones(
  { ports }: Pick<ServiceContext, 'ports'>,
  { stores }: Pick<OpenProject, 'stores'>,
  backbone: string | undefined,
  options: LongCallOptions,
): Promise<BackboneComparison> {
  const trusted = trustedImages(stores);
  if (trusted.samples.length < fewestImages || trusted.classCount < 2) {
    const message = `${trusted.samples.length} trusted images are too few to compare backbones on. Trust at least ${fewestImages}, of two classes or more.`;
    throw new TouchstoneError('trusted-set-too-small', message);
  }
  const project = { folder: stores.info.folder, datasetFolder: stores.info.source?.folder ?? stores.info.folder };
  const inputs = [await headInput(ports, { ...(backbone === undefined ? {} : { backbone }) }), patches];
  const candidates: Judged[] = [];
  for (const input of inputs) {
    const from = input.backbone === patchDictionary.name ? stores.samples.all('present') : trusted.samples;
    const { vectors, dimensions } = await ports.embedder.embed(project, from, input.backbone, input.imageSize, options);
    const own = rowsOf(new Float32Array(vectors), dimensions, from, trusted.samples);
    candidates.push(judge(input, own, dimensions, trusted));
  }
  return conclude(trusted.samples.length, candidates);
}

/** The same from vectors that are there already; null where some are missing. Computes no vector, and is quick. */
export async function compareFromCache(
  { ports }: Pick<ServiceContext, 'ports'>,
  { stores }: Pick<OpenProject, 'stores'>,
  usual: { readonly backbone: string; readonly imageSize: number },
): Promise<BackboneComparison | null> {
  const trusted = trustedImages(stores);
  if (trusted.samples.length < fewestImages || trusted.classCount < 2) return null;
  const project = { folder: stores.info.folder, datasetFolder: stores.info.source?.folder ?? stores.info.folder };
  const candidates: Judged[] = [];
  // The dictionary first: most projects have none, and nothing more is read then.
  for (const input of [patches, usual]) {
    const cached = await ports.embedder.cached(project, trusted.samples, input.backbone, input.imageSize);
    if (cached === null) return null;
    candidates.unshift(judge(input, cached.vectors, cached.dimensions, trusted));
  }
  return conclude(trusted.samples.length, candidates);
}

const patches = { backbone: patchDictionary.name, imageSize: patchDictionary.imageSize };

interface Judged {
  readonly candidate: Candidate;
  readonly isRight: readonly boolean[];
}

function trustedImages({ verdicts, samples }: OpenProject['stores']): TrustedImages {
  const trusted = verdicts.trusted();
  const present = samples.byIds([...trusted.keys()]).filter(({ presence }) => presence === 'present');
  // In the order of their contents: a sample of the trusted set that leans to no class.
  const chosen = present.toSorted((a, b) => (a.contentHash < b.contentHash ? -1 : 1)).slice(0, mostImages);
  const classIds = [...new Set(chosen.map(({ id }) => trusted.get(id)))];
  const labels = Int32Array.from(chosen, ({ id }) => classIds.indexOf(trusted.get(id)));
  return { samples: chosen, labels, classCount: classIds.length };
}

function rowsOf(vectors: Float32Array, dimensions: number, from: readonly Sample[], wanted: readonly Sample[]) {
  const placeOf = new Map(from.map(({ id }, place) => [id, place]));
  const rows = new Float32Array(wanted.length * dimensions);
  wanted.forEach(({ id }, row) => {
    const place = placeOf.get(id) ?? 0;
    rows.set(vectors.subarray(place * dimensions, (place + 1) * dimensions), row * dimensions);
  });
  return rows;
}

function judge(
  { backbone, imageSize }: { readonly backbone: string; readonly imageSize: number },
  vectors: Float32Array,
  dimensions: number,
  { labels, classCount }: TrustedImages,
): Judged {
  const predicted = leaveOneOut(vectors, dimensions, labels, classCount);
  const isRight = [...labels].map((label, index) => predicted[index] === label);
  const right = isRight.filter(Boolean).length;
  return { candidate: { backbone, imageSize, right, accuracy: right / labels.length }, isRight };
}

/** The dictionary is proposed where it is right more often by more than one standard error of the difference (McNemar's count). */
function conclude(images: number, judged: readonly Judged[]): BackboneComparison {
  const [usual, own] = judged;
  const candidates = judged.map(({ candidate }) => candidate);
  if (!usual || !own) return { images, candidates, proposed: null };
  const disagreements = usual.isRight.filter((isRight, index) => isRight !== own.isRight[index]).length;
  const isBetter = own.candidate.right - usual.candidate.right > Math.sqrt(disagreements);
  return { images, candidates, proposed: isBetter ? own.candidate.backbone : null };
}
