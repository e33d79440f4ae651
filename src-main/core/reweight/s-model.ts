/**
 * S-MODEL: a noise channel behind the softmax, learned together with the network.
 *
 * Goldberger and Ben-Reuven, "Training Deep Neural-Networks Using a Noise Adaptation Layer", ICLR 2017 (the simple model). T = softmax of the
 * rows of b [K, K], P(given label j | x) = q_j = sum_i p_i T_ij, f = -log q_y, mean over the batch. With the posterior of the true label
 * r_i = p_i T_iy / q_y:
 *
 *     df/dz = p - r        df/db_ij = r_i (T_ij - [j = y])
 *
 * b descends with the run's learning rate, without momentum. Predictions are p: the channel is for training alone.
 */
import type { MethodSetup, StepPlace, TrainingMethod } from './training-method.ts';
import type { BatchFindings, BatchWeights } from './weighting-method.ts';

/** T starts as the identity with this much of each row spread over the other classes. */
const startingNoise = 0.1;
/** +CONF: share of the epochs that train plainly before the channel is estimated. */
const plainShare = 0.5;
/** Keeps the logarithm of an empty cell finite. */
const smallestCell = 1e-4;

export function createSModel({ classCount }: MethodSetup): TrainingMethod {
  const channel = startingChannel(classCount);
  return {
    weigh: (findings, { learningRate }) => descendThroughChannel(findings, channel, learningRate),
    state: { channel },
  };
}

/**
 * S-MODEL +CONF: the channel starts from what a plain network confuses, b_ij = log(sum_t [y_t = j] p_i(x_t) / sum_t p_i(x_t)).
 *
 * The paper trains that network first, in a run of its own. Here the first half of the epochs is that run, the sums are those of its last
 * epoch's visits, and the same network goes on.
 */
export function createSModelConf({ classCount, epochs }: MethodSetup): TrainingMethod {
  const channel = startingChannel(classCount);
  const confusions = new Float64Array(classCount * classCount);
  const progress = new Float64Array(1); // epochs done
  const plainEpochs = Math.floor(plainShare * epochs);

  function weigh(findings: BatchFindings, { learningRate }: StepPlace): BatchWeights {
    if ((progress[0] ?? 0) >= plainEpochs) return descendThroughChannel(findings, channel, learningRate);
    addConfusions(confusions, findings);
    const weights = new Float64Array(findings.size).fill(1 / findings.size);
    return { weights, logitErrors: null };
  }

  function endEpoch(epochsDone: number): void {
    progress[0] = epochsDone;
    if (epochsDone === plainEpochs) channel.set(estimateChannel(confusions, classCount));
    confusions.fill(0);
  }

  return { weigh, endEpoch, state: { channel, confusions, progress } };
}

function startingChannel(classCount: number): Float64Array {
  return Float64Array.from({ length: classCount ** 2 }, (_, cell) =>
    Math.log(cell % (classCount + 1) === 0 ? 1 - startingNoise : startingNoise / (classCount - 1)),
  );
}

/** Row i, column j: + [y_t = j] p_i(x_t) for every example t. */
function addConfusions(confusions: Float64Array, { labels, classCount, probabilities }: BatchFindings): void {
  probabilities.forEach((p, position) => {
    const label = labels[Math.floor(position / classCount)] ?? 0;
    confusions[(position % classCount) * classCount + label]! += p;
  });
}

function estimateChannel(confusions: Float64Array, classCount: number): Float64Array {
  return confusions.map((count, cell) => {
    const start = cell - (cell % classCount);
    const total = confusions.subarray(start, start + classCount).reduce((sum, value) => sum + value, 0);
    return Math.log(Math.max(smallestCell, total > 0 ? count / total : 1 / classCount));
  });
}

/** Errors p - r of the batch; moves `channel` one step of gradient descent. */
function descendThroughChannel(findings: BatchFindings, channel: Float64Array, learningRate: number): BatchWeights {
  const { size, classCount, labels, probabilities } = findings;
  const transitions = softmaxRows(channel, classCount);
  const logitErrors = new Float64Array(size * classCount);
  const gradient = new Float64Array(channel.length);
  for (let index = 0; index < size; index++) {
    const label = labels[index] ?? 0;
    const row = probabilities.subarray(index * classCount, (index + 1) * classCount);
    const joint = row.map((p, i) => p * (transitions[i * classCount + label] ?? 0));
    const total = joint.reduce((sum, value) => sum + value, 0);
    joint.forEach((value, i) => {
      const posterior = value / total;
      logitErrors[index * classCount + i] = ((row[i] ?? 0) - posterior) / size;
      for (let j = 0; j < classCount; j++) {
        const cell = i * classCount + j;
        gradient[cell]! += (posterior * ((transitions[cell] ?? 0) - (j === label ? 1 : 0))) / size;
      }
    });
  }
  gradient.forEach((slope, cell) => (channel[cell]! -= learningRate * slope));
  return { weights: new Float64Array(size).fill(1 / size), logitErrors };
}

function softmaxRows(values: Float64Array, width: number): Float64Array {
  const exponentials = values.map((value) => Math.exp(value));
  return exponentials.map((value, cell) => {
    const start = cell - (cell % width);
    return value / exponentials.subarray(start, start + width).reduce((sum, other) => sum + other, 0);
  });
}
