import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatImages,
  formatProbability,
  formatScore,
  formatShare,
  formatTimeLeft,
} from '../../../src-renderer/lib/format.ts';

describe('numbers', () => {
  it('carry the separators of the locale', () => {
    expect(formatCount(1234567, 'en')).toBe('1,234,567');
    expect(formatCount(1234567, 'de')).toBe('1.234.567');
  });

  it('agree with their noun', () => {
    expect(formatImages(1, 'en')).toBe('1 image');
    expect(formatImages(1200, 'en')).toBe('1,200 images');
  });

  it('are 0 % and 100 % only when they are', () => {
    expect(formatShare(0.43, 'en')).toBe('43\u00a0%');
    expect(formatShare(0.004, 'en')).toBe('0.4\u00a0%');
    expect(formatShare(0.996, 'en')).toBe('99.6\u00a0%');
    expect(formatShare(0.99961, 'en')).toBe('99.9\u00a0%');
    expect(formatShare(0.0001, 'en')).toBe('0.1\u00a0%');
    expect(formatShare(1, 'en')).toBe('100\u00a0%');
  });

  it('are short for scores and probabilities', () => {
    expect(formatScore(-1.8349, 'en')).toBe('\u22121.83');
    expect(formatProbability(0.974)).toBe('.97');
    expect(formatProbability(0.999)).toBe('1.0');
  });

  it('name sizes by steps of a thousand', () => {
    expect(formatBytes(999, 'en')).toBe('999 byte');
    expect(formatBytes(3_400_000, 'en')).toBe('3.4 MB');
  });
});

describe('time left', () => {
  it.each([
    [4, 'a few seconds'],
    [42, 'about 40 seconds'],
    [58, 'about 1 minute'],
    [130, 'about 2 minutes'],
    [5400, 'about 1.5 hours'],
  ])('of %i s is %s', (seconds, words) => {
    expect(formatTimeLeft(seconds)).toBe(words);
  });
});
