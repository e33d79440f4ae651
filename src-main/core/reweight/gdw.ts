/**
 * GDW, generalised data weighting: every class of every example has its own weight omega_ic, so that a wrong label can lose its pull while the
 * example goes on pushing away from the other classes. The step descends along (1 / B) sum_ic omega_ic (p_ic - y_ic) grad z_ic.
 *
 * Chen, Lin, Li, Wang, Zhou, Sun, "Generalized DataWeighting via Class-Level Gradient Manipulation", NeurIPS 2021. Per step:
 *
 *   1. omega_ic = V(f_i) for every class, V the weighting net; then the zero-mean constraint
 *   2. gamma_ic = dG / d omega_ic = -(rate / B) (p_ic - y_ic) z-dot_ic, from the tangent pass that L2RW needs anyway
 *   3. V takes a step of Adam down sum_c gamma_ic
 *   4. omega_ic <- omega_ic - clip(lambda gamma_ic / sum |gamma|, +-clip), at least `smallest`; the constraint again
 *
 * Zero-mean constraint: sum_c omega_ic (p_ic - y_ic) = 0 as without weights, which fixes the label's own weight
 * omega_iy = sum_{c != y} omega_ic p_ic / (1 - p_iy). Equal weights satisfy it: instance weighting is the special case.
 *
 * Deviation: z-dot is taken along the trusted gradient where the network stands, not at the look-ahead step's end, as in MW-Net here.
 */
import type { MethodSetup, TrainingMethod } from './training-method.ts';
import type { BatchFindings } from './weighting-method.ts';
import { crossEntropyErrors } from './weighting-method.ts';
import { createWeightingNet } from './weighting-net.ts';

/** lambda is this times K: the paper's 100 for ten classes and 1000 for a hundred. */
const stepPerClass = 10;
/** The most that a weight may change in step 4. */
export const clip = 0.2;
/** Range of the weights. */
const smallest = 1e-6;
const largest = 1e6;
/** p_iy is taken to be no larger than this where the constraint divides by 1 - p_iy. */
const largestProbability = 0.999;

/** Its logged weight is omega_iy, the instance weight in the soft-label reading. */
export function createGdw({
  seed,
  sampleCount,
  classCount: k,
}: Pick<MethodSetup, 'seed' | 'sampleCount' | 'classCount'>): TrainingMethod {
  const net = createWeightingNet(seed);
  const softLabels = new Float64Array(sampleCount * k);
  return {
    weigh(findings, { learningRate, samples }) {
      const { size, classCount, losses, labels } = findings;
      const first = balance(findings, repeat(net.weights(losses), classCount));
      const slopes = classAlignments(findings).map((u) => (-learningRate / size) * u);
      net.descend(losses, sumRows(slopes, classCount));
      const classWeights = balance(findings, moveAgainst(first, slopes, classCount));
      addSoftLabels(softLabels, samples, findings, classWeights);
      return {
        weights: Float64Array.from(labels, (label, i) => (classWeights[i * classCount + label] ?? 0) / size),
        logitErrors: crossEntropyErrors(findings).map((error, at) => ((classWeights[at] ?? 0) * error) / size),
      };
    },
    softLabels,
    state: { ...net.state, 'soft-labels': softLabels },
    wantsLogitTangents: true,
  };
}

/**
 * The soft-label reading: the step descends along W_i (p_i - q_i) with W_i = omega_iy, q_ic = p_ic (1 - omega_ic / W_i) for the other classes and q_iy the
 * rest. Adds each q_i to its sample's row of `sums`, [N, K]; an example without weight says nothing.
 */
function addSoftLabels(
  sums: Float64Array,
  samples: Uint32Array,
  { labels, probabilities, classCount }: BatchFindings,
  classWeights: Float64Array,
): void {
  labels.forEach((label, index) => {
    const start = index * classCount;
    const whole = classWeights[start + label] ?? 0;
    if (!(whole > smallest)) return;
    const row = (samples[index] ?? 0) * classCount;
    let others = 0;
    for (let c = 0; c < classCount; c++) {
      if (c === label) continue;
      const q = (probabilities[start + c] ?? 0) * (1 - (classWeights[start + c] ?? 0) / whole);
      sums[row + c]! += q;
      others += q;
    }
    sums[row + label]! += 1 - others;
  });
}

/** u_ic = (p_ic - y_ic) z-dot_ic, [B, K]; a row sums to the example's u_i. */
export function classAlignments(findings: BatchFindings): Float64Array {
  const { logitTangents } = findings;
  if (logitTangents === null) throw new Error('The step was not told that this method wants logit tangents.');
  return crossEntropyErrors(findings).map((error, position) => error * (logitTangents[position] ?? 0));
}

/**
 * The same weights [B, K] with the label's own as the zero-mean constraint wants it.
 *
 * Divides by the sum of the other probabilities, and at least by 1 - 0.999. Below that the label's weight is smaller than the
 * constraint asks for; the error that is left is of the size of 1 - p_iy.
 */
export function balance(
  { classCount, labels, probabilities }: BatchFindings,
  classWeights: Float64Array,
): Float64Array {
  const balanced = classWeights.slice();
  labels.forEach((label, index) => {
    const start = index * classCount;
    let [others, weighted] = [0, 0];
    for (let c = start; c < start + classCount; c++) {
      if (c === start + label) continue;
      others += probabilities[c] ?? 0;
      weighted += (classWeights[c] ?? 0) * (probabilities[c] ?? 0);
    }
    balanced[start + label] = weighted / Math.max(others, 1 - largestProbability);
  });
  return balanced;
}

/** Step 4 without the constraint. Nothing moves where no slope is left. */
function moveAgainst(classWeights: Float64Array, slopes: Float64Array, classCount: number): Float64Array {
  const total = slopes.reduce((sum, slope) => sum + Math.abs(slope), 0);
  const scale = total > 0 ? (stepPerClass * classCount) / total : 0;
  return classWeights.map((weight, position) => {
    const move = clamp(scale * (slopes[position] ?? 0), -clip, clip);
    return clamp(weight - move, smallest, largest);
  });
}

/** One value per example, [B] -> [B, K]. */
function repeat(values: Float64Array, classCount: number): Float64Array {
  return Float64Array.from({ length: values.length * classCount }, (_, at) => values[Math.floor(at / classCount)] ?? 0);
}

function sumRows(values: Float64Array, classCount: number): Float64Array {
  const sums = new Float64Array(values.length / classCount);
  values.forEach((value, position) => (sums[Math.floor(position / classCount)]! += value));
  return sums;
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(highest, Math.max(lowest, value));
}
