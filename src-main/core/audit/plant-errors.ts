/**
 * Wrong labels on purpose, for the self-test: some as the noise matrix says that errors happen here, some as hard as they come, some that could
 * be anything. They go into a copy of the labels that one training sees; no label that the user sees changes.
 */
import { TouchstoneError } from '../errors.ts';
import { createRandom, type RandomGenerator } from '../random/random-generator.ts';

/** Of each kind, as a share of the samples that are not trusted: as many suffice, whatever the number of wrong labels. */
const enoughShare = 0.025;
/** The deepest of as many stands below 90 % of 25 real errors of its kind in 95 of 100 cases (23 of 25: 25 24 23 / (65 64 63) = 0.053). */
const leastPlanted = 40;
/** Of each kind, so that three quarters of a small dataset stay as they are. */
const largestShare = 1 / 12;
const kindCount = 3;

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
  /** Sample indices, ascending, no sample in two of them. */
  readonly fromMatrix: Uint32Array;
  readonly hard: Uint32Array;
  readonly uniform: Uint32Array;
}

/**
 * `hard`: a sample drawn with weight (1 - e) T[g, j] gets j, the label that the run holds most probable beside the given one. `fromMatrix`: a
 * sample drawn with weight (1 - e) (1 - T[g, g]) gets another label j with weight T[g, j]. `uniform`: a sample drawn with weight 1 - e gets any
 * other label; where few labels are wrong, T holds more of what the model mistakes than of the errors, and errors that come from
 * anywhere are easier. The suggestion's probability is no part of the first weight: it would pick only images that look like
 * their planted label, which no ranking finds, nor should.
 *
 * All kinds together as many as there seem to be wrong labels (sum of e), for more would make another task of it: each kind a third of them,
 * at most 2.5 % of the samples that are not trusted, at least 40, and never more than a twelfth.
 *
 * The factor 1 - e keeps off labels that are wrong already: planting there could put them right. Throws `dataset-empty` where
 * fewer than 12 samples are not trusted.
 */
export function plantErrors(input: PlantingInput): PlantedErrors {
  const { labels, trusted, errorProbability } = input;
  const isTrusted = new Set(trusted);
  const candidates = [...labels.keys()].filter((sample) => !isTrusted.has(sample));
  const isWrong = (sample: number): number => errorProbability[sample] ?? 0;
  const size = plantedCount(
    candidates.length,
    candidates.reduce((sum, sample) => sum + isWrong(sample), 0),
  );
  const random = createRandom(input.seed);
  const planted = labels.slice();
  const taken = new Set<number>();
  const plant = ({ weightOf, labelOf }: Kind): Uint32Array => {
    const open = candidates.filter((sample) => !taken.has(sample));
    const drawn = drawWeighted(open, size, random, (sample) => (1 - isWrong(sample)) * weightOf(sample));
    for (const sample of drawn) {
      planted[sample] = labelOf(sample);
      taken.add(sample);
    }
    return Uint32Array.from(drawn).sort();
  };
  const kinds = kindsOf(input, random);
  const hard = plant(kinds.hard);
  return { labels: planted, hard, fromMatrix: plant(kinds.fromMatrix), uniform: plant(kinds.uniform) };
}

interface Kind {
  /** How readily a sample of this kind of error is drawn, if its label is right. */
  readonly weightOf: (sample: number) => number;
  /** The label that it gets. */
  readonly labelOf: (sample: number) => number;
}

function kindsOf({ labels, suggested, transition }: PlantingInput, random: RandomGenerator) {
  const classCount = Math.sqrt(transition.length);
  const chance = (from: number, to: number): number => transition[from * classCount + to] ?? 0;
  const hard: Kind = {
    weightOf: (sample) => {
      const [from, to] = [labels[sample]!, suggested[sample]!];
      return to < 0 || to === from ? 0 : chance(from, to);
    },
    labelOf: (sample) => suggested[sample]!,
  };
  const fromMatrix: Kind = {
    weightOf: (sample) => 1 - chance(labels[sample]!, labels[sample]!),
    labelOf: (sample) => drawLabel(labels[sample]!, classCount, chance, random),
  };
  const uniform: Kind = {
    weightOf: () => Number(classCount > 1),
    labelOf: (sample) => {
      const other = random.integer(classCount - 1);
      return other >= labels[sample]! ? other + 1 : other;
    },
  };
  return { hard, fromMatrix, uniform };
}

function plantedCount(candidates: number, wrong: number): number {
  const most = Math.floor(candidates * largestShare);
  const enough = Math.round(Math.min(wrong / kindCount, candidates * enoughShare));
  if (most >= 1) return Math.min(most, Math.max(leastPlanted, enough));
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
): number[] {
  const keyed = candidates.flatMap((sample) => {
    const weight = weightOf(sample);
    return weight > 0 ? [{ sample, key: -Math.log(1 - random.uniform()) / weight }] : [];
  });
  const drawn = keyed.sort((a, b) => a.key - b.key).slice(0, size);
  return drawn.map(({ sample }) => sample);
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
