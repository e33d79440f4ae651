/** Property 16 of algorithms.md, section 7.3, and GDW's four steps one by one. */
import { describe, expect, it } from 'vitest';
import { balance, classAlignments, clip, createGdw } from '../../../../src-main/core/reweight/gdw.ts';
import { crossEntropyErrors } from '../../../../src-main/core/reweight/weighting-method.ts';
import { createWeightingNet } from '../../../../src-main/core/reweight/weighting-net.ts';
import { suggestBySoftLabels } from '../../../../src-main/training/score-run.ts';
import { logitsOf, makeFindings } from '../../../factories/make-findings.ts';

const findings = makeFindings({ size: 20 });
const { size, classCount } = findings;
const place = { samples: new Uint32Array(size), progress: 0, learningRate: 0.1 };
const setup = { seed: 1, sampleCount: size, classCount };
const rows = [...findings.labels.keys()];
const rowOf = (values: Float64Array, index: number): Float64Array =>
  values.subarray(index * classCount, (index + 1) * classCount);
const sumOf = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

describe('property 16', () => {
  it('class alignments of an example sum to its alignment (1e-10)', () => {
    const perClass = classAlignments(findings);
    for (const index of rows) expect(sumOf(rowOf(perClass, index))).toBeCloseTo(findings.alignments[index]!, 10);
  });

  it('balanced weights keep the sum of the errors at zero, whatever they are (1e-10)', () => {
    const drawn = Float64Array.from({ length: size * classCount }, (_, at) => ((at * 37) % 11) / 3);
    const balanced = balance(findings, drawn);
    const errors = crossEntropyErrors(findings).map((error, at) => error * balanced[at]!);
    for (const index of rows) expect(sumOf(rowOf(errors, index))).toBeCloseTo(0, 10);
  });

  it('equal weights are balanced already: instance weighting is the special case (1e-10)', () => {
    const perExample = rows.flatMap((index) => new Array<number>(classCount).fill(index / 7));
    balance(findings, Float64Array.from(perExample)).forEach((weight, at) =>
      expect(weight).toBeCloseTo(perExample[at]!, 10),
    );
  });

  it('what a step descends along sums to zero for every example (1e-10)', () => {
    const { logitErrors } = createGdw(setup).weigh(findings, place);
    for (const index of rows) expect(sumOf(rowOf(logitErrors!, index))).toBeCloseTo(0, 10);
  });
});

describe('a step', () => {
  it('moves no weight by more than the clip, and those that raise the trusted loss down', () => {
    const start = createWeightingNet(1).weights(findings.losses);
    const { logitErrors } = createGdw(setup).weigh(findings, place);
    const errors = crossEntropyErrors(findings);
    const alignments = classAlignments(findings);
    logitErrors!.forEach((value, at) => {
      const index = Math.floor(at / classCount);
      if (at % classCount === findings.labels[index]) return;
      const move = (value * size) / errors[at]! - start[index]!;
      expect(Math.abs(move)).toBeLessThanOrEqual(clip + 1e-9);
      expect(move * alignments[at]!).toBeGreaterThanOrEqual(0);
    });
  });

  it('descends along W (p - q) with the soft label q_c = p_c (1 - omega_c / W)', () => {
    const { weights, logitErrors } = createGdw(setup).weigh(findings, place);
    const errors = crossEntropyErrors(findings);
    for (const index of rows) {
      const instance = weights[index]!;
      const p = rowOf(findings.probabilities, index);
      const q = p.map((value, c) => value * (1 - rowOf(logitErrors!, index)[c]! / rowOf(errors, index)[c]! / instance));
      const label = findings.labels[index]!;
      q[label] = 1 - q.reduce((total, value, c) => total + (c === label ? 0 : value), 0);
      p.forEach((value, c) => expect(instance * (value - q[c]!)).toBeCloseTo(rowOf(logitErrors!, index)[c]!, 10));
    }
  });

  it('lets go of a label that harms, and keeps pushing away from the other classes', () => {
    // Along the trusted gradient the label's logit rises most: answering the label raises the trusted loss.
    const wrong = makeFindings({
      labels: [0, 1],
      classCount: 3,
      logits: logitsOf([
        [0.2, 0.3, 0.5],
        [0.3, 0.4, 0.3],
      ]),
      logitTangents: [2, 0, -2, 0, 0, 0],
    });
    const { logitErrors } = createGdw(setup).weigh(wrong, { ...place, samples: new Uint32Array(2) });
    const ratios = [1, 2].map((c) => logitErrors![c]! / crossEntropyErrors(wrong)[c]!);
    // Class 2 would have been the better label: it is pushed away least.
    expect(ratios[1]).toBeLessThan(ratios[0]!);
  });

  it('stays finite where the label is certain and no slope is left', () => {
    const certain = makeFindings({
      labels: [0, 0],
      classCount: 2,
      logits: [900, -900, -900, 900],
      logitTangents: [0, 0, 0, 0],
    });
    const { weights, logitErrors } = createGdw(setup).weigh(certain, { ...place, samples: new Uint32Array(2) });
    expect([...weights, ...logitErrors!].every(Number.isFinite)).toBe(true);
  });
});

describe('soft labels', () => {
  it('are what the step pulls the answer towards, summed over the visits of each sample', () => {
    const method = createGdw(setup);
    const samples = Uint32Array.from(rows, (index) => size - 1 - index);
    const { weights, logitErrors } = method.weigh(findings, { ...place, samples });
    for (const index of rows) {
      const q = rowOf(method.softLabels!, size - 1 - index);
      expect(sumOf(q)).toBeCloseTo(1, 10);
      // W (p - q) / B is the step: property of the reading.
      rowOf(findings.probabilities, index).forEach((p, c) =>
        expect(weights[index]! * (p - q[c]!)).toBeCloseTo(rowOf(logitErrors!, index)[c]!, 10),
      );
    }
    method.weigh(findings, { ...place, samples });
    for (const index of rows) expect(sumOf(rowOf(method.softLabels!, index))).toBeCloseTo(2, 10);
  });

  it('become the suggestions: the best of the other classes, the ranking’s where there were no visits', () => {
    const softLabels = Float64Array.of(0.7, 0.1, 0.2, 0.9, 0.3, -0.2, 0, 0, 0);
    const none = { third: new Int16Array(3).fill(-1), thirdProbability: new Float32Array(3).fill(Number.NaN) };
    const ranked = {
      ...{ suggested: Int16Array.of(1, 1, 2), suggestedProbability: Float32Array.of(0.5, 0.5, 0.75) },
      ...{ second: Int16Array.of(2, 2, 0), secondProbability: Float32Array.of(0.5, 0.5, 0.25), ...none },
    };
    const job = { labels: Int32Array.of(0, 0, 1), classCount: 3 };
    const own = suggestBySoftLabels(job, softLabels, ranked);
    expect([...own.suggested]).toEqual([2, 1, 2]);
    expect([...own.second]).toEqual([1, 2, 0]);
    // Shares of what is held of the other classes: 0.1 and 0.2; 0.3 and nothing.
    expect(own.suggestedProbability[0]).toBeCloseTo(2 / 3, 6);
    expect(own.suggestedProbability[1]).toBe(1);
    expect([own.suggestedProbability[2], own.secondProbability[2]]).toEqual([0.75, 0.25]);
  });
});
