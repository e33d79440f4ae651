/**
 * Which images to verify next: as many of every class, unlike each other and unlike those verified already. Uses embeddings
 * where they are cached; a seeded random choice otherwise.
 */
import type { TrustSuggestion } from '../contract/payloads.ts';
import type { ClassId, Sample, SampleClass, SampleId } from '../core/dataset/sample.ts';
import { createRandom, deriveSeed } from '../core/random/random-generator.ts';
import { shuffle } from '../core/random/shuffle.ts';
import { defaultSettings } from '../core/reweight/default-settings.ts';
import { nearestRows, pickFarthest, type VectorTable } from './farthest-points.ts';
import type { OpenProject } from './open-projects.ts';
import type { Embedder } from './ports/embedder.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { SampleIndex } from './sample-index.ts';
import { viewSamples } from './sample-views.ts';
import { yieldToOthers } from './take-turns.ts';

/** Candidates looked at per class: enough to be diverse, few enough to answer at once. */
const candidatesPerClass = 200;
const neighbourCount = 4;
const seed = 1;

export interface SuggestOptions {
  readonly perClass: number;
  readonly skip: ReadonlySet<SampleId>;
}

/** `perClass` counts those that are trusted already: a class that has enough gets no suggestion. Classes take turns in the answer. */
export async function suggestTrusted(
  project: OpenProject,
  embedder: Embedder,
  options: SuggestOptions,
): Promise<readonly TrustSuggestion[]> {
  const { stores, views } = project;
  const index = await views.index();
  const members = groupByClass(index);
  const rounds: TrustSuggestion[][] = [];
  for (const sampleClass of stores.samples.classes()) {
    const group = members.get(sampleClass.id);
    if (!group) continue;
    rounds.push(await suggestForClass(project, embedder, { index, group, sampleClass }, options));
    await yieldToOthers();
  }
  const longest = Math.max(0, ...rounds.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => rounds.flatMap((round) => round[turn] ?? [])).flat();
}

interface ClassGroup {
  /** Positions in the sample index. */
  readonly untrusted: number[];
  readonly trusted: number[];
}

interface ClassScope {
  readonly index: SampleIndex;
  readonly group: ClassGroup;
  readonly sampleClass: SampleClass;
}

/** Untrusted by given label, trusted by the verified one: the target counts verified labels. Dropped and unsure ones are left out. */
function groupByClass(index: SampleIndex): ReadonlyMap<ClassId, ClassGroup> {
  const groups = new Map<ClassId, ClassGroup>();
  const groupOf = (classId: ClassId) => {
    const group = groups.get(classId) ?? { untrusted: [], trusted: [] };
    groups.set(classId, group);
    return group;
  };
  for (let position = 0; position < index.count; position++) {
    const trusted = index.trustedClassAt(position);
    if (trusted !== null) groupOf(trusted).trusted.push(position);
    else if (index.decisions[position] === 0) {
      groupOf(index.givenClassIds[position] as ClassId).untrusted.push(position);
    }
  }
  return groups;
}

async function suggestForClass(
  { stores }: OpenProject,
  embedder: Embedder,
  { index, group, sampleClass }: ClassScope,
  { perClass, skip }: SuggestOptions,
): Promise<TrustSuggestion[]> {
  const wanted = perClass - group.trusted.length;
  if (wanted <= 0) return [];
  const trusted = stores.samples.byIds(group.trusted.slice(0, candidatesPerClass).map((place) => index.idAt(place)));
  const candidates = chooseCandidates(stores, index, group, sampleClass, skip);
  const rows = [...candidates, ...trusted];
  const table = candidates.length > 0 ? await readEmbeddings(stores, embedder, rows) : null;
  const candidateRows = candidates.map((_, row) => row);
  const anchorRows = trusted.map((_, row) => candidates.length + row);
  const picked = table ? pickFarthest(table, candidateRows, anchorRows, wanted) : candidateRows.slice(0, wanted);
  return picked.flatMap((row, turn) => {
    const sample = viewSamples(stores, rows[row] ? [rows[row].id] : [])[0];
    if (!sample) return [];
    const near = table ? nearestRows(table, candidateRows, row, neighbourCount) : otherRows(candidateRows, row);
    const neighbours = viewSamples(
      stores,
      near.flatMap((other) => rows[other]?.id ?? []),
    );
    const total = group.untrusted.length + group.trusted.length;
    return [
      { sample, neighbours, reason: explain(sampleClass.name, group.trusted.length + turn, total, table !== null) },
    ];
  });
}

/** A random part of the class in a fixed order: asking again gives the same answer. No content twice, and none that is trusted. */
function chooseCandidates(
  stores: ProjectStores,
  index: SampleIndex,
  { untrusted }: ClassGroup,
  { id }: SampleClass,
  skip: ReadonlySet<SampleId>,
): readonly Sample[] {
  const order = untrusted.slice();
  shuffle(order, createRandom(deriveSeed(seed, id)));
  const seen = new Set<string>();
  const chosen: Sample[] = [];
  for (let from = 0; from < order.length && chosen.length < candidatesPerClass; from += candidatesPerClass) {
    const ids = order.slice(from, from + candidatesPerClass).map((position) => index.idAt(position));
    for (const sample of stores.samples.byIds(ids)) {
      if (chosen.length >= candidatesPerClass) break;
      if (skip.has(sample.id) || seen.has(sample.contentHash) || hasTrustedTwin(stores, index, sample)) continue;
      seen.add(sample.contentHash);
      chosen.push(sample);
    }
  }
  return chosen;
}

function hasTrustedTwin(stores: ProjectStores, index: SampleIndex, sample: Sample): boolean {
  return stores.samples.byHash(sample.contentHash).some(({ id }) => {
    const position = index.positionOf(id);
    return position >= 0 && index.trustedClassAt(position) !== null;
  });
}

async function readEmbeddings(
  { info }: ProjectStores,
  embedder: Embedder,
  samples: readonly Sample[],
): Promise<VectorTable | null> {
  const { backbone, imageSize } = defaultSettings('head', samples.length);
  const project = { folder: info.folder, datasetFolder: info.source?.folder ?? info.folder };
  return embedder.cached(project, samples, backbone, imageSize);
}

function otherRows(rows: readonly number[], row: number): readonly number[] {
  return rows.filter((other) => other !== row).slice(0, neighbourCount);
}

function explain(className: string, rankInClass: number, total: number, hasEmbeddings: boolean): string {
  if (!hasEmbeddings) {
    return rankInClass === 0
      ? `The first of ${total} images of "${className}", drawn at random.`
      : `Another of ${total} images of "${className}", drawn at random.`;
  }
  return rankInClass === 0
    ? `The most typical of ${total} images of "${className}".`
    : `Among the images of "${className}", the least like those checked before it.`;
}
