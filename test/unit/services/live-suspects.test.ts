import { expect, it } from 'vitest';
import type { EpochSignals } from '../../../src-main/core/reweight/signals.ts';
import { LiveSuspects } from '../../../src-main/services/live-suspects.ts';
import { addRun, addSamples, withProject } from '../../factories/make-project.ts';
import { makeEpochSignals } from '../../factories/make-signals.ts';

const count = 20;

/** Margins as given for some samples, far on the right side for the others. */
function epochOf(margins: Readonly<Record<number, number>>): EpochSignals {
  const margin = Float32Array.from({ length: count }, (_, index) => margins[index] ?? 5);
  return { ...makeEpochSignals(count, 2), margin };
}

it('ranks by the mean over the epochs, without trusted samples and those that were not visited', () =>
  withProject((project) => {
    addSamples(project, count);
    const run = addRun(project, 2);
    const inputs = project.runs.inputs(run.id);
    const suspects = new LiveSuspects(inputs, run.classIds);
    const places = (epoch: EpochSignals) =>
      suspects.add(epoch, project).map(({ sample }) => inputs.sampleIds.indexOf(sample.id));

    expect(places(epochOf({ 0: -9, 3: -4, 5: 0.5, 7: -6, 9: Number.NaN }))).toEqual([7, 3]);
    // Means: -7 for 3, -3 for 7, -8 for 9, which had one visit.
    expect(places(epochOf({ 3: -10, 7: 0, 9: -8 }))).toEqual([9, 3, 7]);
    // Ten at most; -58.5 for 9, -39 for 3, -37.7 for 7, -36.3 for 19.
    const everyone = Object.fromEntries(Array.from({ length: count }, (_, index) => [index, -100 - index]));
    expect(places(epochOf(everyone))).toEqual([9, 3, 7, 19, 18, 17, 16, 15, 14, 13]);
  }));

it('says what each is trained as and what the network answers', () =>
  withProject((project) => {
    addSamples(project, count);
    const run = addRun(project);
    const inputs = project.runs.inputs(run.id);
    const predicted = Int16Array.from({ length: count }, () => 1);
    const [worst] = new LiveSuspects(inputs, run.classIds).add({ ...epochOf({ 4: -3 }), predicted }, project);
    expect(worst).toMatchObject({ classId: run.classIds[inputs.labels[4] ?? -1], answeredClassId: run.classIds[1] });
  }));
