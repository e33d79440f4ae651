/** What training would report, filled with numbers that are a function of the sample's position. */
import type { RunScores } from '../../src-main/core/ranking/run-scores.ts';
import type { EpochMetrics, EpochSignals } from '../../src-main/core/reweight/signals.ts';

/** A number in [0, 1) that looks random but belongs to `index` and `stream` for ever. */
export function scatter(index: number, stream: number): number {
  return ((index * 2_654_435_761 + stream * 40_503) % 65_536) / 65_536;
}

function floats(count: number, stream: number, lowest: number, highest: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => lowest + (highest - lowest) * scatter(index, stream));
}

export function makeEpochSignals(count: number, classCount = 2, stream = 0): EpochSignals {
  return {
    visits: new Uint16Array(count).fill(1),
    weight: floats(count, stream + 1, 0, 5),
    alignment: floats(count, stream + 2, -2, 2),
    cosine: floats(count, stream + 3, -1, 1),
    harm: floats(count, stream + 4, 0, 2),
    margin: floats(count, stream + 5, -8, 8),
    loss: floats(count, stream + 6, 0, 6),
    probability: floats(count, stream + 7, 0, 1),
    predicted: Int16Array.from({ length: count }, (_, index) => index % classCount),
  };
}

export function makeEpochMetrics(epochIndex: number, changes: Partial<EpochMetrics> = {}): EpochMetrics {
  return {
    epochIndex,
    trainingLoss: 1.5,
    trustedLoss: 0.75,
    trustedAccuracy: 0.9,
    zeroWeightShare: 0.4,
    skippedSteps: 0,
    effectiveSampleSize: 42.5,
    learningRate: 0.05,
    durationMs: 1_234.5,
    examplesPerSecond: 900,
    tensorCount: 12,
    weightHistogram: Array.from({ length: 20 }, (_, bin) => bin),
    ...changes,
  };
}

export function makeRunScores(count: number, classCount = 2, stream = 0): RunScores {
  return {
    suspicion: floats(count, stream + 8, 0, 1),
    weight: floats(count, stream + 1, 0, 5),
    alignment: floats(count, stream + 2, -2, 2),
    cosine: floats(count, stream + 3, -1, 1),
    harm: floats(count, stream + 4, 0, 2),
    margin: floats(count, stream + 5, -8, 8),
    loss: floats(count, stream + 6, 0, 6),
    probability: floats(count, stream + 7, 0, 1),
    neighbours: floats(count, stream + 10, 0, 1),
    trustedOnly: floats(count, stream + 11, 0, 1),
    selfConfidence: floats(count, stream + 12, 0, 1),
    visits: new Uint32Array(count).fill(3),
    suggested: Int16Array.from({ length: count }, (_, index) => (index + 1) % classCount),
    // Enough for a suggestion to be made.
    suggestedProbability: floats(count, stream + 9, 0.5, 1),
    second: new Int16Array(count).fill(-1),
    secondProbability: new Float32Array(count).fill(Number.NaN),
    third: new Int16Array(count).fill(-1),
    thirdProbability: new Float32Array(count).fill(Number.NaN),
    errorProbability: new Float32Array(count).fill(Number.NaN),
    noise: null,
    plateau: null,
  };
}
