/**
 * The noise matrix T: how often a class gets which given label. It is learned from a model's probabilities and the given
 * labels alone, by expectation maximisation under a Dirichlet prior that is itself fitted (empirical Bayes): one error rate
 * for all classes, and one profile of the labels that errors end in.
 *
 * How much the counts may bend the prior is decided by the labels too: uniform noise deserves a flat matrix, in which a few chance
 * counts would only be noise; pair noise deserves hardly any prior at all.
 */
import { createRandom } from '../random/random-generator.ts';
import { randomPermutation } from '../random/shuffle.ts';

/** Times that the prior is fitted anew, and EM steps under each prior. */
const priorRounds = 4;
const emStepsPerRound = 12;

const firstErrorRate = 0.3;
/** The error rate stays in this range: a prior of exactly 0 or 1 could never be left again. */
const smallestErrorRate = 0.005;
const largestErrorRate = 0.9;

/** Added to the prior: one sample of each class with its own label, and a little of every label, so that no entry is zero. */
const diagonalCount = 1;
const floorCount = 0.02;

interface Prior {
  /** Samples per class that it counts for, as a share of the mean class size. */
  readonly strength: number;
  /** The error profile is smoothed by this multiple of its mean: at a million every label is as likely. */
  readonly smoothing: number;
}

/** The plainest first: every error equally likely; a profile of where errors end; pairs of classes, ever more freely. */
const priors: readonly Prior[] = [
  { strength: 100, smoothing: 1e6 },
  { strength: 10, smoothing: 1 },
  { strength: 1, smoothing: 0.1 },
  { strength: 0.3, smoothing: 0.1 },
  { strength: 0.1, smoothing: 0.1 },
];
/** A freer prior must explain held-out labels better by more than this, in nats: a likelihood ratio of 20, "strong" by convention. */
const wantedEvidence = 3;
/** Samples that the choice is made on, at most: more tell no more. */
const mostRowsForChoice = 5000;
/** Any number does; the same samples are always halved in the same way. */
const halvesSeed = 1;

export interface TransitionInput {
  /** p [N, K]: class probabilities that do not know the given labels, or hardly. */
  readonly probabilities: Float32Array;
  /** g [N], class indices. */
  readonly givenLabels: Int32Array;
  /** Samples to learn from: those whose given label may be wrong. */
  readonly rows: Uint32Array;
  readonly classCount: number;
}

/**
 * Estimates T [K, K], T[k, j] = P(given label j | class k), rows summing to one.
 *
 *     prior   kappa ((1 - eta) I + eta off(c)) + I + 0.02          off(c): rows c without the diagonal, normalised
 *     E       q_i = posterior of p_i under T;  J[k, j] = sum of q_ik over samples i with g_i = j
 *     M       T = rows of (J + prior), normalised                  12 times; then eta, c from J; 4 times in all
 *
 * kappa = strength N / K and the smoothing of c: the plainest prior that explains the given labels of one half of the samples, learned
 * from the other half and the other way round, to within 3 nats as well as the best does.
 */
export function estimateTransition(input: TransitionInput): Float64Array {
  return fitTransition(sortByLabel(input), choosePrior(input));
}

function choosePrior(input: TransitionInput): Prior {
  const order = randomPermutation(input.rows.length, createRandom(halvesSeed)).subarray(0, mostRowsForChoice);
  const halves = [0, 1].map((half) => {
    const rows = order.filter((_, place) => place % 2 === half).map((place) => input.rows[place]!);
    return { input: { ...input, rows }, labelled: sortByLabel({ ...input, rows }) };
  });
  const [first, second] = halves;
  if (!first || !second || second.input.rows.length === 0) return priors[0]!;
  const evidence = priors.map(
    (prior) =>
      logLikelihood(second.input, fitTransition(first.labelled, prior)) +
      logLikelihood(first.input, fitTransition(second.labelled, prior)),
  );
  const best = Math.max(...evidence);
  return priors.find((_, index) => evidence[index]! >= best - wantedEvidence)!;
}

/** Sum over the rows of ln sum_k p_ik T[k, g_i], nats. */
function logLikelihood({ probabilities, givenLabels, rows, classCount }: TransitionInput, transition: Float64Array) {
  let sum = 0;
  for (const sample of rows) {
    let own = 0;
    for (let k = 0; k < classCount; k++) {
      own += probabilities[sample * classCount + k]! * transition[k * classCount + givenLabels[sample]!]!;
    }
    sum += Math.log(Math.max(own, Number.MIN_VALUE));
  }
  return sum;
}

function fitTransition(labelled: LabelledRows, { strength, smoothing }: Prior): Float64Array {
  const { classCount, starts } = labelled;
  const priorStrength = (strength * starts[classCount]!) / classCount;
  let errorRate = firstErrorRate;
  let profile: Float64Array = new Float64Array(classCount).fill(1 / classCount);
  let transition = structuredMatrix(errorRate, profile);
  for (let round = 0; round < priorRounds; round++) {
    const prior = priorCounts(structuredMatrix(errorRate, profile), priorStrength);
    let joint = jointCounts(labelled, transition);
    for (let step = 0; step < emStepsPerRound; step++) {
      transition = normalisedRows(joint, prior);
      joint = jointCounts(labelled, transition);
    }
    errorRate = offDiagonalShare(joint);
    profile = errorProfile(joint, smoothing);
  }
  return transition;
}

/** (1 - eta) I + eta off(c). */
function structuredMatrix(errorRate: number, profile: Float64Array): Float64Array {
  const classCount = profile.length;
  const total = profile.reduce((sum, value) => sum + value, 0);
  return matrixFrom(classCount, (k, j) =>
    k === j ? 1 - errorRate : (errorRate * profile[j]!) / (total - profile[k]!),
  );
}

function priorCounts(matrix: Float64Array, strength: number): Float64Array {
  const classCount = Math.sqrt(matrix.length);
  return matrixFrom(
    classCount,
    (k, j) => strength * matrix[k * classCount + j]! + (k === j ? diagonalCount : 0) + floorCount,
  );
}

/** What the EM steps go through: the rows' probabilities, those of one given label after those of another. */
interface LabelledRows {
  /** p [rows, K] */
  readonly probabilities: Float64Array;
  /** Where the rows of each given label begin, and where the last ones end, [K + 1]. */
  readonly starts: Uint32Array;
  readonly classCount: number;
}

function sortByLabel({ probabilities, givenLabels, rows, classCount }: TransitionInput): LabelledRows {
  const starts = new Uint32Array(classCount + 1);
  for (const sample of rows) starts[givenLabels[sample]! + 1]! += 1;
  for (let j = 0; j < classCount; j++) starts[j + 1]! += starts[j]!;
  const next = starts.slice();
  const sorted = new Float64Array(rows.length * classCount);
  for (const sample of rows) {
    const start = next[givenLabels[sample]!]!++ * classCount;
    for (let k = 0; k < classCount; k++) sorted[start + k] = probabilities[sample * classCount + k]!;
  }
  return { probabilities: sorted, starts, classCount };
}

/**
 * J[k, j]: how many samples with given label j are of class k, in expectation. Of the posterior p_ik T[k, j] / sum_l p_il T[l, j] only T[k, j] is the same for all
 * rows of a label, so it is multiplied in the end: this is called some hundred times per noise matrix. Two rows at a time, since each waits for its own sum; none of
 * them is zero, as no entry of T is (`floorCount`) and each p_i sums to one.
 */
function jointCounts({ probabilities, starts, classCount }: LabelledRows, transition: Float64Array): Float64Array {
  const joint = new Float64Array(classCount * classCount);
  const column = new Float64Array(classCount);
  const explained = new Float64Array(classCount);
  for (let j = 0; j < classCount; j++) {
    for (let k = 0; k < classCount; k++) column[k] = transition[k * classCount + j]!;
    explained.fill(0);
    let row = starts[j]! * classCount;
    const end = starts[j + 1]! * classCount;
    for (; row + classCount < end; row += 2 * classCount) {
      const next = row + classCount;
      let sum = 0;
      let nextSum = 0;
      for (let k = 0; k < classCount; k++) {
        sum += probabilities[row + k]! * column[k]!;
        nextSum += probabilities[next + k]! * column[k]!;
      }
      const factor = 1 / sum;
      const nextFactor = 1 / nextSum;
      for (let k = 0; k < classCount; k++)
        explained[k] = explained[k]! + probabilities[row + k]! * factor + probabilities[next + k]! * nextFactor;
    }
    if (row < end) {
      let sum = 0;
      for (let k = 0; k < classCount; k++) sum += probabilities[row + k]! * column[k]!;
      for (let k = 0; k < classCount; k++) explained[k]! += probabilities[row + k]! / sum;
    }
    for (let k = 0; k < classCount; k++) joint[k * classCount + j] = explained[k]! * column[k]!;
  }
  return joint;
}

/** Rows of counts + prior, each summing to one. */
function normalisedRows(counts: Float64Array, prior: Float64Array): Float64Array {
  const classCount = Math.sqrt(counts.length);
  const matrix = new Float64Array(counts.length);
  for (let start = 0; start < counts.length; start += classCount) {
    let sum = 0;
    for (let index = start; index < start + classCount; index++) {
      matrix[index] = counts[index]! + prior[index]!;
      sum += matrix[index]!;
    }
    for (let index = start; index < start + classCount; index++) matrix[index]! /= sum;
  }
  return matrix;
}

/** eta: the share of labels that are wrong, kept inside its range. */
function offDiagonalShare(joint: Float64Array): number {
  const classCount = Math.sqrt(joint.length);
  const total = joint.reduce((sum, value) => sum + value, 0);
  let diagonal = 0;
  for (let k = 0; k < classCount; k++) diagonal += joint[k * classCount + k]!;
  // Nothing to learn from (every sample is trusted): as good as clean.
  const share = total > 0 ? 1 - diagonal / total : 0;
  return Math.min(Math.max(share, smallestErrorRate), largestErrorRate);
}

/** c: which given labels the errors end in, smoothed, summing to one. */
function errorProfile(joint: Float64Array, smoothing: number): Float64Array {
  const classCount = Math.sqrt(joint.length);
  const profile = new Float64Array(classCount);
  for (let k = 0; k < classCount; k++) {
    for (let j = 0; j < classCount; j++) if (j !== k) profile[j]! += joint[k * classCount + j]!;
  }
  const mean = profile.reduce((sum, value) => sum + value, 0) / classCount;
  // Without any error at all the profile is flat rather than 0 / 0.
  const smoothed = profile.map((value) => value + (mean > 0 ? smoothing * mean : 1));
  const sum = smoothed.reduce((total, value) => total + value, 0);
  return smoothed.map((value) => value / sum);
}

function matrixFrom(classCount: number, entry: (row: number, column: number) => number): Float64Array {
  return Float64Array.from({ length: classCount * classCount }, (_, index) =>
    entry(Math.floor(index / classCount), index % classCount),
  );
}
