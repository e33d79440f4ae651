/** Adds up what every visit showed, per sample: over the current epoch for the log, over the run for the scores. */
import type { Blends } from '../core/reweight/batch-sampling.ts';
import type { BatchSignals } from '../core/reweight/batch-signals.ts';
import type { LogitMeasures } from '../core/reweight/measure-batch.ts';
import type { EpochSignals } from '../core/reweight/signals.ts';

/** What a visit does to the training, and what the network answers. */
const signalNames = ['weight', 'alignment', 'cosine', 'harm', 'margin', 'loss', 'probability'] as const;
export type SignalName = (typeof signalNames)[number];

export type SignalSums = Readonly<Record<SignalName, Float64Array>>;

/** Sums over the whole run, for checkpoints and scores. */
export interface RunSums {
  readonly signals: SignalSums;
  /** Visits and recorded answers per sample, [N]. */
  readonly visits: Uint32Array;
  readonly answers: Uint32Array;
  /** Sum of the recorded logits, [N, K]. */
  readonly logits: Float64Array;
}

/** What the network answered about some samples: their logits [B, K] and what follows from them. */
export interface Answers extends Pick<LogitMeasures, 'losses' | 'margins' | 'predicted'> {
  readonly logits: Float32Array;
}

export function emptyRunSums(sampleCount: number, classCount: number): RunSums {
  return { ...emptyEpochSums(sampleCount), logits: new Float64Array(sampleCount * classCount) };
}

/** Sums over one epoch. The logits, most of the memory, are added to the run's at once. */
type EpochSums = Omit<RunSums, 'logits'>;

export class SignalRecorder {
  readonly run: RunSums;
  readonly #classCount: number;
  readonly #epoch: EpochSums;
  readonly #predicted: Int16Array;

  constructor(run: RunSums) {
    this.run = run;
    this.#classCount = run.logits.length / run.visits.length;
    this.#epoch = emptyEpochSums(run.visits.length);
    this.#predicted = new Int16Array(run.visits.length).fill(-1);
  }

  /** One step's visits: what each sample's gradient was worth. Invented examples are nobody's visit. */
  recordVisits(samples: Uint32Array, signals: BatchSignals, blends: Blends | null = null): void {
    const { visits } = this.#epoch;
    const { weight, alignment, cosine, harm } = this.#epoch.signals;
    samples.forEach((sample, row) => {
      if ((blends?.shares[row] ?? 0) > 0) return;
      visits[sample]! += 1;
      weight[sample]! += signals.weight[row]!;
      alignment[sample]! += signals.alignment[row]!;
      cosine[sample]! += signals.cosine[row]!;
      harm[sample]! += signals.harm[row]!;
    });
  }

  /** What the network answered, during a visit or in a pass of its own. */
  recordAnswers(samples: Uint32Array, { logits, losses, margins, predicted }: Answers): void {
    const { signals, answers } = this.#epoch;
    const { logits: logitSums } = this.run;
    samples.forEach((sample, row) => {
      const loss = losses[row] ?? 0;
      answers[sample]! += 1;
      signals.margin[sample]! += margins[row] ?? 0;
      signals.loss[sample]! += loss;
      signals.probability[sample]! += Math.exp(-loss);
      this.#predicted[sample] = predicted[row] ?? -1;
      for (let c = 0; c < this.#classCount; c++) {
        logitSums[sample * this.#classCount + c]! += logits[row * this.#classCount + c] ?? 0;
      }
    });
  }

  /** The epoch's means; adds its sums to the run's and starts the next epoch. */
  finishEpoch(): EpochSignals {
    const { signals, visits, answers } = this.#epoch;
    const means = signalMeans(this.#epoch);
    const predicted = this.#predicted.map((classIndex, sample) => (visits[sample] === 0 ? -1 : classIndex));
    const epoch = { ...means, visits: Uint16Array.from(visits), predicted };
    for (const name of signalNames) moveTo(this.run.signals[name], signals[name]);
    moveTo(this.run.visits, visits);
    moveTo(this.run.answers, answers);
    this.#predicted.fill(-1);
    return epoch;
  }
}

/** Means per sample, NaN where it was never visited: `weight` to `harm` per visit, `margin` to `probability` per answer. */
export function signalMeans({ signals, visits, answers }: EpochSums): Record<SignalName, Float32Array> {
  const mean = (name: SignalName, counts: Uint32Array): Float32Array =>
    new Float32Array(signals[name].map((sum, sample) => (visits[sample] === 0 ? Number.NaN : sum / counts[sample]!)));
  return {
    weight: mean('weight', visits),
    alignment: mean('alignment', visits),
    cosine: mean('cosine', visits),
    harm: mean('harm', visits),
    margin: mean('margin', answers),
    loss: mean('loss', answers),
    probability: mean('probability', answers),
  };
}

function emptyEpochSums(sampleCount: number): EpochSums {
  return {
    signals: emptySums(sampleCount),
    visits: new Uint32Array(sampleCount),
    answers: new Uint32Array(sampleCount),
  };
}

function emptySums(sampleCount: number): SignalSums {
  return {
    weight: new Float64Array(sampleCount),
    alignment: new Float64Array(sampleCount),
    cosine: new Float64Array(sampleCount),
    harm: new Float64Array(sampleCount),
    margin: new Float64Array(sampleCount),
    loss: new Float64Array(sampleCount),
    probability: new Float64Array(sampleCount),
  };
}

/** Adds the part to the total and leaves zeros in its place. */
function moveTo<T extends Float64Array | Uint32Array>(total: T, part: T): void {
  for (let index = 0; index < total.length; index++) total[index]! += part[index] ?? 0;
  part.fill(0);
}
