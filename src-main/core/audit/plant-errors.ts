/**
 * Wrong labels on purpose, for the self-test: some as the noise matrix says that errors happen here, some as hard as they come.
 * They go into a copy of the labels that one training sees; no label that the user sees changes.
 */
import { TouchstoneError } from '../errors.ts';
import { createRandom, type RandomGenerator } from '../random/random-generator.ts';

/** Of each kind, as a share of the samples that are not trusted; within these numbers. */
const plantedShare = 0.025;
const leastPlanted = 20;
const largestShare = 1 / 8;

/** What a finished run knows. All arrays are in the order of its samples. */
export interface PlantingInput {
  /** g [N], class indices. */
  readonly labels: Int32Array;
  /** Sample indices. */
  readonly trusted: Uint32Array;
  /** e [N], in [0, 1]; NaN for trusted samples. */
  readonly errorProbability: Float32Array;
  /** The most probable other class, [N]. */
  readonly suggested: Int16Array;
  /** T [K, K]: T[k, j] = P(given label j | class k). */
  readonly transition: Float64Array;
  readonly seed: number;
}

export interface PlantedErrors {
  /** The labels with the errors in them, [N]. */
  readonly labels: Int32Array;
  /** Sample indices, ascending, no sample in both. */
  readonly fromMatrix: Uint32Array;
  readonly hard: Uint32Array;
}

/**
 * `hard`: a sample drawn with weight (1 - e) T[g, j] gets j, the label that the run holds most probable beside the given one. `fromMatrix`: a
 * sample drawn with weight (1 - e) (1 - T[g, g]) gets another label j with weight T[g, j]. Of each 2.5 % of the samples that are not trusted,
 * at least 20, at most an eighth. The suggestion's probability is no part of the first weight: it would pick only images that look like
 * their planted label, which no ranking finds, nor should.
 *
 * The factor 1 - e keeps off labels that are wrong already: planting there could put them right. Throws `dataset-empty` where
 * fewer than 8 samples are not trusted.
 */
export function plantErrors(input: PlantingInput): PlantedErrors {
  const { labels, trusted, errorProbability, suggested, transition } = input;
  const isTrusted = new Set(trusted);
  const candidates = [...labels.keys()].filter((sample) => !isTrusted.has(sample));
  const size = plantedCount(candidates.length);
  const random = createRandom(input.seed);
  const classCount = Math.sqrt(transition.length);
  const chance = (from: number, to: number): number => transition[from * classCount + to] ?? 0;
  const isRight = (sample: number): number => 1 - (errorProbability[sample] ?? 1);
  const hard = drawWeighted(candidates, size, random, (sample) => {
    const [from, to] = [labels[sample]!, suggested[sample]!];
    return to < 0 || to === from ? 0 : isRight(sample) * chance(from, to);
  });
  const taken = new Set(hard);
  const rest = candidates.filter((sample) => !taken.has(sample));
  const fromMatrix = drawWeighted(rest, size, random, (sample) => {
    return isRight(sample) * (1 - chance(labels[sample]!, labels[sample]!));
  });
  const planted = labels.slice();
  for (const sample of hard) planted[sample] = suggested[sample]!;
  for (const sample of fromMatrix) planted[sample] = drawLabel(labels[sample]!, classCount, chance, random);
  return { labels: planted, fromMatrix, hard };
}

function plantedCount(candidates: number): number {
  const most = Math.floor(candidates * largestShare);
  if (most >= 1) return Math.min(most, Math.max(leastPlanted, Math.round(candidates * plantedShare)));
  throw new TouchstoneError(
    'dataset-empty',
    `Only ${candidates} images are not trusted: too few to plant errors among. Import more.`,
  );
}

/** Without replacement, in proportion to the weights (Efraimidis and Spirakis 2006). Fewer where too few have a weight. */
function drawWeighted(
  candidates: readonly number[],
  size: number,
  random: RandomGenerator,
  weightOf: (sample: number) => number,
): Uint32Array {
  const keyed = candidates.flatMap((sample) => {
    const weight = weightOf(sample);
    return weight > 0 ? [{ sample, key: -Math.log(1 - random.uniform()) / weight }] : [];
  });
  const drawn = keyed.sort((a, b) => a.key - b.key).slice(0, size);
  return Uint32Array.from(drawn, ({ sample }) => sample).sort();
}

function drawLabel(
  given: number,
  classCount: number,
  chance: (from: number, to: number) => number,
  random: RandomGenerator,
): number {
  const others = Array.from({ length: classCount }, (_, label) => label).filter((label) => label !== given);
  let left = random.uniform() * others.reduce((sum, label) => sum + chance(given, label), 0);
  return others.find((label) => (left -= chance(given, label)) < 0) ?? others.at(-1) ?? given;
}
