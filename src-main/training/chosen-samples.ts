/** Divides a job's samples: trained on, trusted, held out for the accuracy. */
import { deriveSeed } from '../core/random/random-generator.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import { splitTrusted } from './hold-out.ts';
import type { TrustedSplit } from './hold-out.ts';

export interface ChosenSamples extends TrustedSplit {
  /** What the method trains on, ascending: all samples but the held-out ones, or the used trusted ones alone (`clean-only`). */
  readonly trained: Uint32Array;
}

/** Which of a job's samples are for what; the same for the same job. */
export function chooseSamples({ settings, labels, trusted, usesAllTrusted }: TrainingJob): ChosenSamples {
  const split: TrustedSplit = usesAllTrusted
    ? { used: trusted.toSorted(), heldOut: new Uint32Array() }
    : splitTrusted(trusted, labels, deriveSeed(settings.seed, 'hold-out'));
  if (settings.method === 'clean-only') return { ...split, trained: split.used };
  const heldOut = new Set(split.heldOut);
  return { ...split, trained: Uint32Array.from(labels.keys()).filter((sample) => !heldOut.has(sample)) };
}
