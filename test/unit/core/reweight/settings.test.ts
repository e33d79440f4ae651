import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../../src-main/core/reweight/default-settings.ts';
import {
  learningRateAt,
  longScheduleDrops,
  shortScheduleDrops,
} from '../../../../src-main/core/reweight/learning-rate.ts';
import type { RunSettings } from '../../../../src-main/core/reweight/run-settings.ts';
import { networkNames } from '../../../../src-main/core/reweight/run-settings.ts';
import { validateSettings } from '../../../../src-main/core/reweight/validate-settings.ts';

describe('learningRateAt', () => {
  it('falls along half a cosine', () => {
    expect(learningRateAt('cosine', 0.2, 0, 100)).toBe(0.2);
    expect(learningRateAt('cosine', 0.2, 50, 100)).toBeCloseTo(0.1, 12);
    expect(learningRateAt('cosine', 0.2, 100, 100)).toBeCloseTo(0, 12);
  });

  it('drops by ten after two thirds and five sixths', () => {
    const rates = [0, 3, 4, 5].map((stepIndex) => learningRateAt('step', 0.1, stepIndex, 6));
    expect(rates[0]).toBe(0.1);
    expect(rates[1]).toBe(0.1);
    expect(rates[2]).toBeCloseTo(0.01, 12);
    expect(rates[3]).toBeCloseTo(0.001, 12);
  });

  it('drops where it is told to, at once on the long schedule of the paper', () => {
    const rates = [39_999, 40_000, 60_000].map((step) => learningRateAt('step', 0.1, step, 80_000, longScheduleDrops));
    expect(rates[0]).toBe(0.1);
    expect(rates[1]).toBeCloseTo(0.01, 12);
    expect(rates[2]).toBeCloseTo(0.001, 12);
    expect(defaultSettings('resnet-32', 50_000)).toMatchObject({ schedule: 'step', rateDrops: longScheduleDrops });
    expect(defaultSettings('wrn-28-10', 50_000)).toMatchObject({ rateDrops: shortScheduleDrops, dropout: 0.3 });
  });

  it('stays where it is asked to', () => {
    expect(learningRateAt('constant', 0.1, 99, 100)).toBe(0.1);
  });
});

describe('defaultSettings', () => {
  it.each(networkNames)('are valid for %s', (network) => {
    expect(() => validateSettings(defaultSettings(network, 5000))).not.toThrow();
  });

  it('give the head 750 steps at least', () => {
    expect(defaultSettings('head', 5000).epochs).toBe(15);
    expect(defaultSettings('head', 100_000).epochs).toBe(15);
    expect(defaultSettings('head', 500).epochs).toBe(150);
    expect(defaultSettings('head', 10).epochs).toBe(750);
  });
});

describe('validateSettings', () => {
  const valid = defaultSettings('small-cnn', 1000);
  const broken: readonly (readonly [Partial<Record<keyof RunSettings, unknown>>, string])[] = [
    [{ epochs: 0 }, 'epochs is 0. Give a whole number from 1 to 10000'],
    [{ epochs: 3, fineTuneEpochs: 3 }, 'fineTuneEpochs is 3. Give a whole number from 0 to 2'],
    [{ method: 'dropout' }, 'method is "dropout". Choose one of l2rw, gdw'],
    [{ batchSize: 2.5 }, 'batchSize is 2.5. Give a whole number'],
    [{ trustedBatchSize: -1 }, 'trustedBatchSize is -1'],
    [{ learningRate: Number.NaN }, 'learningRate is NaN. Give a number from'],
    [{ momentum: 1 }, 'momentum is 1. Give a number from 0 below 1'],
    [{ weightDecay: -0.1 }, 'weightDecay is -0.1'],
    [{ imageSize: 16 }, 'imageSize is 16. Give a whole number from 28 to 128'],
    [{ network: 'lenet', imageSize: 27 }, 'imageSize is 27. Give a whole number from 28'],
    [{ network: 'head', imageSize: 4 }, 'imageSize is 4. Give a whole number from 8'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296'],
    [{ network: 'vgg' }, 'network is "vgg". Choose one of head, lenet, small-cnn'],
    [{ schedule: 'linear' }, 'schedule is "linear"'],
    [{ rateDrops: [0.5, 0.4] }, 'rateDrops is 0.5, 0.4. Give at most 10 shares'],
    [{ rateDrops: [0.5, 1] }, 'rateDrops is 0.5, 1'],
    [{ microBatchSize: -1 }, 'microBatchSize is -1. Give a whole number from 0'],
    [{ normalisation: 'layer' }, 'normalisation is "layer". Choose one of batch, group, frozen'],
    [{ normalisation: 'group' }, 'but the network small-cnn has nothing that it could change. Leave it at batch'],
    [{ dropout: 0.3 }, 'dropout is 0.3, but the network small-cnn'],
    [{ network: 'resnet-32', dropout: 0.3 }, 'the network resnet-32 has nothing'],
    [{ network: 'head', dropout: 1 }, 'dropout is 1. Give a number from 0 below 1'],
    [{ width: 0.5 }, 'width is 0.5, but the network small-cnn'],
    [{ method: 'smote' }, 'needs the network head, not small-cnn'],
    [{ augmentation: { shiftPixels: 99, mirror: true } }, 'augmentation.shiftPixels is 99'],
  ];

  it.each(broken)('refuses %j', (change, message) => {
    const settings = { ...valid, ...change } as RunSettings;
    expect(() => validateSettings(settings)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(() => validateSettings(settings)).toThrow(message);
  });

  it('asks the head for a backbone', () => {
    expect(() => validateSettings({ ...defaultSettings('head', 100), backbone: '' })).toThrow('backbone');
  });
});
