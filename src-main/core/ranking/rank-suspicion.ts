/**
 * The default score: how suspicious each given label is, and which label to suggest in its place. The steps, why they are
 * there, and what they cannot see: README.md in this folder.
 */
import { throwIfCancelled } from '../errors.ts';
import { labelPosterior } from './posterior.ts';
import type { RankingHelper } from './ranking-helper.ts';
import { reducedDropout, reduceVectors, type ReducedVectors } from './reduce-vectors.ts';
import { referenceScores, type ReferenceScores } from './reference-scores.ts';
import { SharedRegression, weighTrusted } from './shared-regression.ts';
import { suggestLabels, type Suggestions } from './suggest-labels.ts';
import { softmaxRows } from './softmax.ts';
import { trainSoftTargetHead } from './soft-target-head.ts';
import { standardScores } from './standardise.ts';
import { fitTemperature } from './temperature.ts';
import { estimateTransition } from './transition.ts';

const rounds = 6;
/** Optimiser steps of the last round, whose answer is kept; the others need not arrive (soft-regression.ts). */
const lastSteps = 30;
/** Of the last head, among the standardised dimensions. */
const inputDropout = 0.5;
/** Probabilities nearer to 0 or 1 than this are not told apart by logarithms. */
const probabilityFloor = 1e-6;
/** Up to the first share of wrong labels the given ones are the better teachers; from the second on they are not asked. */
const nearlyClean = { wholly: 0.02, notAtAll: 0.05 };
/** Share of the time that the regression rounds take. */
const roundsShare = 0.4;
/** Share that the simpler methods take, at the end. */
const referenceShare = 0.2;

export interface SuspicionInput {
  /** Embeddings [N, D], not standardised. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** The same reduced, where the caller has them already. */
  readonly reduced?: ReducedVectors | undefined;
  /** Knows the same reduced vectors, labels and seed. */
  readonly helper?: RankingHelper | null | undefined;
  readonly classCount: number;
  /** Class index per sample [N]; of trusted samples their trusted label. */
  readonly givenLabels: Int32Array;
  /** Sample indices of the trusted set. */
  readonly trusted: Uint32Array;
  /** Logits [N, K] of the training run, averaged over its epochs: the point that the rounds start from. */
  readonly startLogits: Float32Array;
  /** Unsigned 32-bit. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Share that is done, in [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface SuspicionResult extends Suggestions {
  /** [N]; larger is more suspicious, only the order means something. NaN for trusted samples: they are no suspects. */
  readonly suspicion: Float32Array;
  /** e = 1 - Q[g], the probability that the given label is wrong, [N]; NaN for trusted samples. */
  readonly errorProbability: Float32Array;
  /** S = sum of e: an estimate of the number of wrong labels. It undercounts human errors (docs/detection.md). */
  readonly estimatedErrorCount: number;
  /** T [K, K], row by row: T[k, j] = P(given label j | class k). */
  readonly transition: Float64Array;
  /** [K, K], row by row: how many of the samples with given label j are of class k, in expectation; trusted ones left out. */
  readonly expectedCounts: Float64Array;
  /** What simpler methods say of the same vectors. */
  readonly references: ReferenceScores;
}

interface Beliefs {
  /** Q [N, K]: class probabilities that know the given label. */
  readonly posterior: Float32Array;
  /** p [N, K]: out-of-fold class probabilities that do not. */
  readonly probabilities: Float32Array;
  readonly transition: Float64Array;
}

/**
 * Suspicion = (1 - a) z(lg Q[g]) + a z(lg f[g]) + z(-m), with Q[g] from the noise matrix, m the given label's margin under a head trained on Q, f[g]
 * the out-of-fold self-confidence and a in [0, 1] how nearly clean the labels are (0 from 5 % of wrong ones on); lg(x) = ln((1 - x) / x); z:
 * standard scores over the samples that are not trusted.
 *
 * Runs on the current TF.js engine. Cost is linear in N: 300 N D K multiplications for the rounds, 15 epochs for the head, about half of
 * both for the references; D is that of the reduced vectors, for the references of nearly clean labels that of all.
 * Rejects with `cancelled`.
 */
export async function rankSuspicion(input: SuspicionInput): Promise<SuspicionResult> {
  const reduced = input.reduced ?? (await reduceVectors(input));
  const standardised = { ...input, vectors: reduced.vectors, dimensions: reduced.dimensions, penalty: reduced.penalty };
  const rows = untrustedRows(input);
  const beliefs = await refineBeliefs(standardised, rows);
  const head = await trainSoftTargetHead({
    ...standardised,
    targets: beliefs.posterior,
    inputDropout: reducedDropout(inputDropout, reduced),
    fanIn: input.dimensions,
    sampleWeights: weighTrusted(input),
    onProgress: (share) => input.onProgress?.(roundsShare + (1 - roundsShare - referenceShare) * share),
  });
  input.onProgress?.(1 - referenceShare);
  const errors = errorsOf(input, rows, beliefs);
  const trust = trustInLabels(errors.estimatedErrorCount / Math.max(1, rows.length));
  const { vectors, dimensions } = input;
  const unreduced = trust > 0 ? { vectors, dimensions, scaling: reduced } : undefined;
  const references = await referenceScores({ ...standardised, unreduced }, await input.helper?.references);
  input.onProgress?.(1);
  const { selfConfidence } = references;
  const suspicion = suspicionOf(input, rows, { beliefs, margins: head.margins, selfConfidence, trust });
  const { transition, posterior } = beliefs;
  const suggestions = suggest(input, beliefs, head.probabilities);
  const expectedCounts = sumPosteriors(input, rows, posterior);
  return { suspicion, ...errors, transition, expectedCounts, ...suggestions, references };
}

/** a, how far the given labels are taken as teachers, from the share of them that is held to be wrong: 1 up to 2 %, 0 from 5 % on. */
export function trustInLabels(wrongShare: number): number {
  const { wholly, notAtAll } = nearlyClean;
  return Math.min(1, Math.max(0, (notAtAll - wrongShare) / (notAtAll - wholly)));
}

function untrustedRows({ givenLabels, trusted }: SuspicionInput): Uint32Array {
  const isTrusted = new Set(trusted);
  return Uint32Array.from(givenLabels.keys()).filter((sample) => !isTrusted.has(sample));
}

/** Steps 2 to 4: posterior from the start, then rounds of regression on it, a new noise matrix, and the posterior again. */
async function refineBeliefs(
  input: SuspicionInput & Pick<ReducedVectors, 'penalty'>,
  rows: Uint32Array,
): Promise<Beliefs> {
  const regression = new SharedRegression(input, input.helper ?? null);
  let beliefs = believe(input, rows, softmaxRows(input.startLogits, input.classCount));
  for (let round = 0; round < rounds; round++) {
    throwIfCancelled(input.signal);
    const steps = round === rounds - 1 ? lastSteps : undefined;
    const logits = await regression.fit(beliefs.posterior, input.signal, steps);
    const temperature = fitTemperature(logits, input.givenLabels, input.trusted, input.classCount);
    beliefs = believe(input, rows, softmaxRows(logits, input.classCount, temperature));
    input.onProgress?.((roundsShare * (round + 1)) / rounds);
  }
  return beliefs;
}

/** T from p and the given labels, then Q; the trusted samples' rows of Q are certain. */
function believe(input: SuspicionInput, rows: Uint32Array, probabilities: Float32Array): Beliefs {
  const { givenLabels, classCount, trusted } = input;
  const transition = estimateTransition({ probabilities, givenLabels, rows, classCount });
  const posterior = labelPosterior(probabilities, transition, givenLabels, classCount);
  for (const sample of trusted) {
    posterior.fill(0, sample * classCount, (sample + 1) * classCount);
    posterior[sample * classCount + givenLabels[sample]!] = 1;
  }
  return { posterior, probabilities, transition };
}

/** e and its sum S. */
function errorsOf({ givenLabels, classCount, trusted }: SuspicionInput, rows: Uint32Array, { posterior }: Beliefs) {
  const errorProbability = Float32Array.from(givenLabels, (given, i) => 1 - posterior[i * classCount + given]!);
  const estimatedErrorCount = rows.reduce((sum, sample) => sum + errorProbability[sample]!, 0);
  for (const sample of trusted) errorProbability[sample] = Number.NaN;
  return { errorProbability, estimatedErrorCount };
}

interface Evidence {
  readonly beliefs: Beliefs;
  /** m, [N] */
  readonly margins: Float32Array;
  /** f[g], [N] */
  readonly selfConfidence: Float32Array;
  /** a */
  readonly trust: number;
}

/** (1 - a) z(lg Q[g]) + a z(lg f[g]) + z(-m). */
function suspicionOf(
  { givenLabels, classCount, trusted }: SuspicionInput,
  rows: Uint32Array,
  { beliefs, margins, selfConfidence, trust }: Evidence,
): Float32Array {
  const keep = Float64Array.from(givenLabels, (given, sample) => beliefs.posterior[sample * classCount + given]!);
  const fromPosterior = standardScores(keep.map(logOddsAgainst), rows);
  const fromLabels = standardScores(Float64Array.from(selfConfidence, logOddsAgainst), rows);
  const fromMargin = standardScores(
    Float64Array.from(margins, (margin) => -margin),
    rows,
  );
  const suspicion = Float32Array.from(
    fromMargin,
    (score, sample) => (1 - trust) * fromPosterior[sample]! + trust * fromLabels[sample]! + score,
  );
  for (const sample of trusted) suspicion[sample] = Number.NaN;
  return suspicion;
}

function sumPosteriors({ givenLabels, classCount }: SuspicionInput, rows: Uint32Array, posterior: Float32Array) {
  const counts = new Float64Array(classCount * classCount);
  for (const sample of rows) {
    for (let k = 0; k < classCount; k++) {
      counts[k * classCount + givenLabels[sample]!]! += posterior[sample * classCount + k]!;
    }
  }
  return counts;
}

/** lg(x) = ln((1 - x) / x), clamped. */
function logOddsAgainst(probability: number): number {
  const clamped = Math.min(Math.max(probability, probabilityFloor), 1 - probabilityFloor);
  return Math.log((1 - clamped) / clamped);
}

/**
 * Masses sqrt(p_k pM_k) T[k, g]. The geometric mean, since p and pM have seen the same vectors: their product would count that evidence twice.
 * (Measured on human labels: probability and accuracy are .05 apart with it, .12 with the product; the accuracy is the same.)
 */
function suggest({ givenLabels, classCount }: SuspicionInput, beliefs: Beliefs, headProbabilities: Float32Array) {
  const { probabilities, transition } = beliefs;
  return suggestLabels(givenLabels, classCount, (sample, into) => {
    const given = givenLabels[sample]!;
    for (let k = 0; k < classCount; k++) {
      const index = sample * classCount + k;
      into[k] = Math.sqrt(probabilities[index]! * headProbabilities[index]!) * transition[k * classCount + given]!;
    }
  });
}
