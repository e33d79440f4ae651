/** The predefined curriculum of MentorNet: examples of small loss first, the others later, chosen by a moving threshold. */
import type { MethodSetup, StepPlace, TrainingMethod } from './training-method.ts';
import type { BatchFindings, BatchWeights } from './weighting-method.ts';
import { rectifyAndNormalise } from './weighting-method.ts';

/** The percentile of the batch's losses that the threshold follows, and how much of the old threshold each step keeps. */
const percentile = 0.7;
const thresholdDecay = 0.9;
/** Hundredths of the run: up to the first every example counts, from the second on losses above the threshold fade linearly. */
const burnInEnd = 18;
const linearStart = 90;
/** gamma: losses this far above the threshold weigh nothing in the linear part, nats. */
const linearWidth = 1;
/** Share of the examples that is left out at random: while the run is young, and later. */
const earlyDropout = { until: 0.17, rate: 0.5 };
const lateDropoutRate = 0.05;

/**
 * MENTORNET PD: the predefined curriculum that MentorNet learns to imitate, without the network that imitates it.
 *
 * Jiang, Zhou, Leung, Li and Fei-Fei, "MentorNet: Learning Data-Driven Curriculum for Very Deep Neural Networks on Corrupted Labels", ICML 2018. With l
 * a moving mean of the batch's 70th percentile of losses and t in 0..99 the share of the run that is done:
 *
 *     t <= 18        v = 1
 *     18 < t < 90    v = [f_i <= l]                          self-paced
 *     t >= 90        v = clip(1 - (f_i - l) / gamma, 0, 1)   linear
 *
 * Half of the examples are then left out at random in the first 17 % of the run, a twentieth later. A batch's weights are its v,
 * normalised. The first step's percentile starts the moving mean.
 */
export function createMentornetPd({ random }: Pick<MethodSetup, 'random'>): TrainingMethod {
  /** NaN until the first step. */
  const threshold = new Float64Array(1).fill(Number.NaN);

  function weigh({ losses }: BatchFindings, { progress }: StepPlace): BatchWeights {
    const current = percentileOf(losses);
    const before = threshold[0] ?? Number.NaN;
    const limit = Number.isNaN(before) ? current : thresholdDecay * before + (1 - thresholdDecay) * current;
    threshold[0] = limit;
    const dropoutRate = progress < earlyDropout.until ? earlyDropout.rate : lateDropoutRate;
    const kept = losses.map((loss) => (random.uniform() < dropoutRate ? 0 : curriculum(loss, limit, progress)));
    return { weights: rectifyAndNormalise(kept), logitErrors: null };
  }

  return { weigh, state: { threshold } };
}

function curriculum(loss: number, threshold: number, progress: number): number {
  const hundredth = Math.floor(100 * progress);
  if (hundredth <= burnInEnd) return 1;
  if (hundredth < linearStart) return loss <= threshold ? 1 : 0;
  return Math.min(1, Math.max(0, 1 - (loss - threshold) / linearWidth));
}

/** Between two losses: linear interpolation, as NumPy does by default. */
function percentileOf(losses: Float64Array): number {
  const ordered = losses.toSorted();
  const position = percentile * (ordered.length - 1);
  const below = ordered[Math.floor(position)] ?? Number.NaN;
  const above = ordered[Math.ceil(position)] ?? Number.NaN;
  return below + (position - Math.floor(position)) * (above - below);
}
