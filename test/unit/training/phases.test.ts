import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { chooseSamples } from '../../../src-main/training/chosen-samples.ts';
import {
  createPhases,
  phaseAt,
  phaseLearningRate,
  stepsBefore,
  stepsTotal,
} from '../../../src-main/training/phases.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';

function makePhases(settings: NonNullable<Parameters<typeof makeVectorJob>[0]>['settings'] = {}) {
  const { job } = makeVectorJob({ settings: { epochs: 5, schedule: 'cosine', learningRate: 0.1, ...settings } });
  const chosen = chooseSamples(job);
  return { job, chosen, phases: createPhases(job, chosen) };
}

describe('phases', () => {
  it('are one without fine-tuning: every sample, in every epoch', () => {
    const { job, phases } = makePhases();
    expect(phases).toHaveLength(1);
    expect(phases[0]?.samples).toHaveLength(job.sampleCount);
    expect(stepsTotal(phases)).toBe(5 * 6);
  });

  it('end with the trusted samples alone where fine-tuning is asked for', () => {
    const { job, chosen, phases } = makePhases({ fineTuneEpochs: 2 });
    const fineTuning = phaseAt(phases, 3);
    expect([0, 1, 2, 3, 4].map((epoch) => phaseAt(phases, epoch).isFineTuning)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(fineTuning.samples).toEqual(chosen.used);
    expect(fineTuning.sampling.draw(createRandom(1)).flatMap(({ positions }) => [...positions]).length).toBe(
      chosen.used.length,
    );
    // 12 trusted samples in batches of 20 are one step; 120 samples are six.
    expect(stepsTotal(phases)).toBe(3 * 6 + 2);
    expect(stepsBefore(fineTuning, 4, 0)).toEqual({ run: 19, phase: 1 });
    expect(phaseLearningRate(fineTuning, job.settings, 1)).toBeCloseTo(0.001, 12);
  });

  it('give the method its whole schedule before fine-tuning', () => {
    const { job, phases } = makePhases({ fineTuneEpochs: 2 });
    const first = phaseAt(phases, 2);
    expect(phaseLearningRate(first, job.settings, 0)).toBe(0.1);
    expect(phaseLearningRate(first, job.settings, first.steps - 1)).toBeLessThan(0.001);
  });
});

it('trusted only: nothing else is trained on', () => {
  const { chosen, phases } = makePhases({ method: 'clean-only' });
  expect(chosen.trained).toEqual(chosen.used);
  expect(phases[0]?.samples).toEqual(chosen.used);
});
