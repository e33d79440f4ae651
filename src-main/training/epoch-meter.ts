/** The run's own numbers while an epoch lasts: losses, weights, speed. */
import type { StepResult } from '../core/reweight/reweight-step.ts';
import type { EpochMetrics } from '../core/reweight/signals.ts';

const histogramBins = 20;
const histogramEnd = 5;

export class EpochMeter {
  #startedAtMs: number;
  #steps = 0;
  #skippedSteps = 0;
  #visits = 0;
  #zeroWeights = 0;
  #trainingLoss = 0;
  #trustedLoss = 0;
  #effectiveSampleSize = 0;
  readonly #histogram = new Array<number>(histogramBins).fill(0);

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  add(result: StepResult): void {
    this.#steps += 1;
    this.#skippedSteps += result.isSkipped ? 1 : 0;
    this.#trainingLoss += result.trainingLoss;
    this.#trustedLoss += result.trustedLoss;
    this.#effectiveSampleSize += result.effectiveSampleSize;
    for (const weight of result.signals.weight) {
      this.#visits += 1;
      this.#zeroWeights += weight === 0 ? 1 : 0;
      const bin = Math.min(histogramBins - 1, Math.floor((weight / histogramEnd) * histogramBins));
      this.#histogram[bin]! += 1;
    }
  }

  /** Time that passed without work; it counts for nothing. */
  leaveOut(pausedMs: number): void {
    this.#startedAtMs += pausedMs;
  }

  /** Mean over the steps that moved; null before the first. */
  get trainingLoss(): number | null {
    return this.#moved > 0 ? this.#trainingLoss / this.#moved : null;
  }

  get trustedLoss(): number | null {
    return this.#steps > 0 ? this.#trustedLoss / this.#steps : null;
  }

  finish(
    end: Pick<EpochMetrics, 'epochIndex' | 'trustedAccuracy' | 'learningRate' | 'tensorCount'>,
    nowMs: number,
  ): EpochMetrics {
    const durationMs = nowMs - this.#startedAtMs;
    return {
      ...end,
      trainingLoss: this.trainingLoss ?? Number.NaN,
      trustedLoss: this.trustedLoss ?? Number.NaN,
      zeroWeightShare: this.#zeroWeights / this.#visits,
      skippedSteps: this.#skippedSteps,
      effectiveSampleSize: this.#moved > 0 ? this.#effectiveSampleSize / this.#moved : 0,
      durationMs,
      examplesPerSecond: durationMs > 0 ? (this.#visits * 1000) / durationMs : 0,
      weightHistogram: this.#histogram,
    };
  }

  get #moved(): number {
    return this.#steps - this.#skippedSteps;
  }
}
