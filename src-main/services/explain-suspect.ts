/**
 * Why a given label is suspected: the trusted images whose gradients pull with it or against it, and the images that look most like it.
 * What this needs of a run is read once and kept as long as the run is looked at.
 */
import type { TrustedVoice, WhyView } from '../contract/payloads.ts';
import type { RunId, SampleId } from '../core/dataset/sample.ts';
import {
  cosineSimilarity,
  gradientNorm,
  pairCosine,
  standardise,
  traceExample,
  traceVoice,
} from '../core/influence/pair-alignment.ts';
import type { ExampleTrace } from '../core/influence/pair-alignment.ts';
import { decodeTrainedHead, type TrainedHead } from '../core/influence/trained-head.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { RunView } from './run-view.ts';
import { requireSample, viewSamples } from './sample-views.ts';
import type { ServicePorts } from './service-context.ts';
import { inStretches } from './take-turns.ts';
import { wordWhy } from './why-words.ts';

const shownVoices = 4;
const shownNeighbours = 8;
/** Up to this many numbers (100 MB) all vectors are kept for finding neighbours. */
const mostNumbers = 25_000_000;
/** Images between two turns of the event loop: some 10 ms. */
const stretchImages = 50;

type WhyPorts = Pick<ServicePorts, 'checkpointFiles' | 'embedder'>;

/** One image that can be compared with: standardised vector, and for trusted ones the gradient. */
interface Ground {
  readonly head: TrainedHead;
  readonly trusted: readonly TrustedTrace[];
  /** Of every present image of the run, standardised; empty where they are too many. */
  readonly vectors: readonly { readonly sampleId: SampleId; readonly vector: Float32Array }[];
}

interface TrustedTrace {
  readonly sampleId: SampleId;
  readonly trace: ExampleTrace;
  /** Length of its gradient. */
  readonly norm: number;
}

const grounds = new WeakMap<RunView, Promise<Ground | null>>();

export function headFileName(runId: RunId): string {
  return `run-${runId}-head.bin`;
}

/** Null where the run kept no head or the vectors are not in the cache. Throws `not-found`. */
export async function explainSuspect(
  ports: WhyPorts,
  project: OpenProject,
  runView: RunView,
  sampleId: SampleId,
): Promise<WhyView | null> {
  const { stores } = project;
  const sample = requireSample(stores, sampleId);
  const label = runView.run.classIds.indexOf(sample.givenClassId);
  const ground = await groundOf(ports, stores, runView);
  const own = ground && (await readVectors(ports, stores, runView, [sampleId]))?.[0]?.vector;
  if (!ground || !own || label < 0) return null;
  const trace = traceExample(ground.head, own, label);
  const voices = await hearVoices(ground, sampleId, trace);
  const near = await findNeighbours(ground, sampleId, trace.input);
  const loudest = Math.max(...voices.map(({ cosine }) => Math.abs(cosine)), Number.MIN_VALUE);
  const view = (chosen: readonly Voice[]): readonly TrustedVoice[] =>
    pairWithViews(stores, chosen).map(({ sample, item }) => ({ sample, voice: item.cosine / loudest }));
  const speaksFor = view(voices.filter(({ cosine }) => cosine > 0).slice(0, shownVoices));
  const speaksAgainst = view(
    voices
      .filter(({ cosine }) => cosine < 0)
      .slice(-shownVoices)
      .reverse(),
  );
  const neighbours = pairWithViews(stores, near).map(({ sample, item }) => ({ sample, similarity: item.similarity }));
  const found = { speaksFor, speaksAgainst, heard: voices.length, shareAgainst: shareAgainst(voices), neighbours };
  const sentence = wordWhy(stores.samples.classes(), sample.givenClassId, found);
  return { runId: runView.run.id, ...found, sentence };
}

/** By strength: many faint voices on one side do not outweigh a loud one on the other. */
function shareAgainst(voices: readonly Voice[]): number {
  const total = voices.reduce((sum, { cosine }) => sum + Math.abs(cosine), 0);
  const against = voices.reduce((sum, { cosine }) => sum + Math.max(0, -cosine), 0);
  return total === 0 ? 0 : against / total;
}

interface Voice {
  readonly sampleId: SampleId;
  /** Of the angle between both images' gradients, in [-1, 1]; above 0 it speaks for the label. */
  readonly cosine: number;
}

/** The one that speaks most for the label first. */
async function hearVoices({ trusted }: Ground, sampleId: SampleId, trace: ExampleTrace): Promise<readonly Voice[]> {
  const voices: Voice[] = [];
  const norm = gradientNorm(trace);
  await inStretches(trusted.length, stretchImages * 10, (from, to) => {
    for (const other of trusted.slice(from, to)) {
      if (other.sampleId === sampleId) continue;
      voices.push({ sampleId: other.sampleId, cosine: pairCosine(trace, other.trace, norm * other.norm) });
    }
  });
  return voices.sort((a, b) => b.cosine - a.cosine);
}

async function findNeighbours({ vectors }: Ground, sampleId: SampleId, own: Float32Array) {
  const found: { readonly sampleId: SampleId; readonly similarity: number }[] = [];
  await inStretches(vectors.length, stretchImages * 40, (from, to) => {
    for (const other of vectors.slice(from, to)) {
      if (other.sampleId === sampleId) continue;
      found.push({ sampleId: other.sampleId, similarity: cosineSimilarity(own, other.vector) });
    }
  });
  return found.sort((a, b) => b.similarity - a.similarity).slice(0, shownNeighbours);
}

function pairWithViews<T extends { readonly sampleId: SampleId }>(stores: ProjectStores, items: readonly T[]) {
  const views = viewSamples(
    stores,
    items.map(({ sampleId }) => sampleId),
  );
  const itemOf = new Map(items.map((item) => [item.sampleId, item]));
  return views.flatMap((sample) => {
    const item = itemOf.get(sample.id);
    return item ? [{ sample, item }] : [];
  });
}

function groundOf(ports: WhyPorts, stores: ProjectStores, runView: RunView): Promise<Ground | null> {
  const known = grounds.get(runView);
  if (known) return known;
  const loading = loadGround(ports, stores, runView);
  grounds.set(runView, loading);
  // What is missing now may be there later: the cache may be filled again.
  const forget = (): boolean => grounds.delete(runView);
  loading.then((ground) => ground ?? forget(), forget);
  return loading;
}

async function loadGround(ports: WhyPorts, stores: ProjectStores, runView: RunView): Promise<Ground | null> {
  const { run } = runView;
  if (run.settings.network !== 'head') return null;
  // Runs of older versions kept no head: there is nothing to explain them with.
  const file = await ports.checkpointFiles.read(stores.info.folder, headFileName(run.id)).catch(() => null);
  if (file === null) return null;
  const head = decodeTrainedHead(file);
  const { sampleIds, labels, trusted } = stores.runs.inputs(run.id);
  const isSmall = sampleIds.length * head.means.length <= mostNumbers;
  const wanted = isSmall ? sampleIds : Array.from(trusted, (runIndex) => sampleIds[runIndex] as SampleId);
  const raw = await readVectors(ports, stores, runView, wanted);
  if (raw === null) return null;
  const labelOf = new Map(Array.from(trusted, (runIndex) => [sampleIds[runIndex], labels[runIndex] ?? 0]));
  const traces: TrustedTrace[] = [];
  const vectors: { sampleId: SampleId; vector: Float32Array }[] = [];
  await inStretches(raw.length, stretchImages, (from, to) => {
    for (const { sampleId, vector } of raw.slice(from, to)) {
      const label = labelOf.get(sampleId);
      if (label !== undefined) traces.push(traceTrusted(head, sampleId, vector, label));
      if (isSmall) vectors.push({ sampleId, vector: standardise(head, vector) });
    }
  });
  return { head, trusted: traces, vectors };
}

function traceTrusted(head: TrainedHead, sampleId: SampleId, vector: Float32Array, label: number): TrustedTrace {
  const trace = traceVoice(head, vector, label);
  return { sampleId, trace, norm: gradientNorm(trace) };
}

/** From the cache alone, of those samples that are present; null where it lacks one. */
async function readVectors(
  { embedder }: WhyPorts,
  { samples, info }: ProjectStores,
  { run }: RunView,
  sampleIds: readonly SampleId[],
) {
  const project = { folder: info.folder, datasetFolder: info.source?.folder ?? info.folder };
  const present = samples.byIds(sampleIds).filter(({ presence }) => presence === 'present');
  const { backbone, imageSize } = run.settings;
  const cached = await embedder.cached(project, present, backbone, imageSize);
  if (cached === null) return null;
  const { vectors, dimensions } = cached;
  return present.map(({ id }, row) => ({
    sampleId: id,
    vector: vectors.subarray(row * dimensions, (row + 1) * dimensions),
  }));
}
