/** How experiments are made: rates of noise, trusted pictures, imbalance; and that every preset's runs have settings that can be run. */
import { describe, expect, it } from 'vitest';
import { validateSettings } from '../../src-main/core/reweight/validate-settings.ts';
import type { PictureSets } from '../../src-main/reproduce/data/pictures.ts';
import type { Experiment, NoiseRecipe } from '../../src-main/reproduce/experiment.ts';
import { makeImbalanced, makeNoisy } from '../../src-main/reproduce/experiment.ts';
import { presets } from '../../src-main/reproduce/presets/index.ts';
import { cellSettings } from '../../src-main/reproduce/run-cell.ts';

/** Pictures of one pixel: the red byte is the true class, green and blue the number. */
function makeSets(classCount: number, count: number): PictureSets {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classCount);
  const pixels = Uint8Array.from({ length: 3 * count }, (_, at) => {
    const index = Math.floor(at / 3);
    return [index % classCount, index >> 8, index & 255][at % 3] ?? 0;
  });
  const pictures = { size: 1, pixels, labels };
  return { classNames: Array.from({ length: classCount }, (_, k) => String(k)), train: pictures, test: pictures };
}

const sets = makeSets(10, 1000);
const wrongOf = ({ labels, trueLabels }: Experiment): number[] =>
  [...labels.keys()].filter((index) => labels[index] !== trueLabels[index]);

describe('makeNoisy', () => {
  const recipe: NoiseRecipe = { noise: 'uniform', share: 0.4, trusted: { perClass: 10 } };

  it.each([
    ['uniform', 360],
    ['pair', 360],
    ['none', 0],
  ] as const)('%s: changes that share of the images that are not trusted', (noise, expected) => {
    const made = makeNoisy(sets, { ...recipe, noise }, 3);
    expect(wrongOf(made)).toHaveLength(expected);
    const counts = new Array<number>(10).fill(0);
    for (const index of made.trusted) counts[made.labels[index]!]! += 1;
    expect(counts).toEqual(new Array(10).fill(10));
    expect(wrongOf(made).filter((index) => made.trusted.includes(index))).toEqual([]);
    // Pictures stay with their labels.
    const pixels = new Uint8Array(made.inputs.buffer);
    expect([...made.trueLabels]).toEqual(Array.from(made.trueLabels, (_, index) => pixels[3 * index]));
  });

  it('background: hits one class, of which the oracle knows the clean share', () => {
    const made = makeNoisy(sets, { ...recipe, noise: 'background', background: 7 }, 3);
    expect(new Set(wrongOf(made).map((index) => made.labels[index]))).toEqual(new Set([7]));
    // 360 of 900 are hit; a tenth of them were of the class already.
    expect(wrongOf(made).length).toBeGreaterThan(300);
    expect(made.oracle?.[7]).toBeCloseTo(0.1 / (0.4 + 0.6 * 0.1), 12);
    expect(made.oracle?.[0]).toBe(1);
  });

  it('draws a trusted set of any size, classes in turns, and another one for another seed', () => {
    const trusted = makeNoisy(sets, { ...recipe, trusted: { total: 15 } }, 1).trusted;
    const classes = Array.from(trusted, (index) => sets.train.labels[index]);
    expect(trusted).toHaveLength(15);
    expect(new Set(classes).size).toBe(10);
    expect(makeNoisy(sets, { ...recipe, trusted: { total: 15 } }, 1).trusted).toEqual(trusted);
    expect(makeNoisy(sets, { ...recipe, trusted: { total: 15 } }, 2).trusted).not.toEqual(trusted);
  });

  it('cuts a long tail before the noise', () => {
    const made = makeNoisy(sets, { ...recipe, noise: 'none', tail: 10, trusted: { perClass: 2 } }, 1);
    const sizes = new Array<number>(10).fill(0);
    for (const label of made.trueLabels) sizes[label]! += 1;
    expect([sizes[0], sizes[9]]).toEqual([100, 10]);
  });
});

it('makeImbalanced: the budget holds few of the first class, the trusted ones among them', () => {
  const made = makeImbalanced(makeSets(2, 400), { budget: 200, majority: 0.95, trustedPerClass: 5 }, 1);
  expect([made.labels.length, made.labels.filter((label) => label === 0).length]).toEqual([200, 10]);
  expect(Array.from(made.trusted, (index) => made.labels[index])).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  expect(() => makeImbalanced(makeSets(2, 100), { budget: 200, majority: 0.95, trustedPerClass: 5 }, 1)).toThrow(
    '190 images of 1 are needed, there are 50.',
  );
});

describe('presets', () => {
  const sizes = { lenet: 28, 'resnet-32': 32, 'wrn-28-10': 32 } as const;

  it.each(presets.map((preset) => [preset.name, preset] as const))('%s: every run can be run', (_, preset) => {
    const digits = preset.name === 'mnist-imbalance';
    const data = digits ? makeSets(2, 12_000) : makeSets(10, 4000);
    const cells = preset.cells(data);
    expect(cells.length).toBeGreaterThan(5);
    expect(new Set(cells.map(({ row, column }) => `${row} ${column}`)).size).toBe(cells.length);
    for (const cell of cells) {
      const made = cell.makeExperiment(data, 1);
      const settings = cellSettings({ cell, seed: 1, scale: 1, engine: 'auto', overrides: {} }, made);
      expect(() => validateSettings(settings)).not.toThrow();
      expect(settings.imageSize).toBe(sizes[settings.network as keyof typeof sizes]);
    }
  });

  it('take the paper’s steps and drop the rate where it does', () => {
    const background = presets.find(({ name }) => name === 'cifar-background')!.cells(makeSets(10, 10));
    const l2rw = background.find(({ row }) => row === 'L2RW')!;
    const short = background.find(({ row }) => row === 'BASELINE +ES')!;
    const data = makeSets(10, 50_000);
    const of = (cell: typeof l2rw, scale = 1) =>
      cellSettings({ cell, seed: 1, scale, engine: 'auto', overrides: {} }, cell.makeExperiment(data, 1));
    expect(of(l2rw)).toMatchObject({ epochs: 160, rateDrops: [0.5, 0.75], learningRate: 0.1, weighting: 'signed' });
    expect(of(short)).toMatchObject({ epochs: 120, rateDrops: [2 / 3, 5 / 6] });
    expect(of(l2rw, 0.1).epochs).toBe(16);
    const tuned = background.find(({ row }) => row === 'BASELINE +FT')!;
    // 5,000 steps on 100 trusted pictures are 5,000 epochs of one step.
    expect(of(tuned)).toMatchObject({ epochs: 160 + 5000, fineTuneEpochs: 5000 });
  });
});
