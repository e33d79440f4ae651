import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  maxTop,
  scrollFromTop,
  spacerHeight,
  topAfterScroll,
  topFromScroll,
  topToReveal,
  visibleRows,
} from '../../../src-renderer/lib/virtual-rows.ts';

const short = { rowCount: 100, rowHeight: 50, viewHeight: 600, maxSpacer: 8_000_000 };
/** A million pictures in one column: 300 million pixels, far beyond what an element can be. */
const long = { rowCount: 1_000_000, rowHeight: 300, viewHeight: 700, maxSpacer: 8_000_000 };

describe('a list that fits', () => {
  it('maps pixel for pixel', () => {
    expect(spacerHeight(short)).toBe(5000);
    expect(topFromScroll(short, 1234)).toBe(1234);
    expect(scrollFromTop(short, 1234)).toBe(1234);
  });
});

describe('a list taller than any element', () => {
  it('keeps the spacer at its limit and reaches both ends', () => {
    expect(spacerHeight(long)).toBe(8_000_000);
    expect(topFromScroll(long, 0)).toBe(0);
    expect(topFromScroll(long, 8_000_000 - 700)).toBe(maxTop(long));
  });

  it('moves by exactly as many pixels as the wheel asks for, anywhere', () => {
    for (const top of [0, 500_000, 150_000_000, 299_000_000]) {
      const before = { top, scrollTop: scrollFromTop(long, top) };
      expect(topAfterScroll(long, before, before.scrollTop + 120) - top).toBe(120);
    }
  });

  it('maps a dragged scroll bar to the same share of the list', () => {
    const middle = topAfterScroll(long, { top: 0, scrollTop: 0 }, 4_000_000);
    expect(middle / maxTop(long)).toBeCloseTo(0.5, 2);
  });

  it('ends at the ends even after long wheeling', () => {
    const before = { top: 10_000, scrollTop: 100 };
    expect(topAfterScroll(long, before, 0)).toBe(0);
    expect(topAfterScroll(long, { top: maxTop(long) - 5000, scrollTop: 7_999_200 }, 7_999_300)).toBe(maxTop(long));
  });

  it('finds the way back from a place to the scroll bar', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: maxTop(long), noNaN: true }), (top) => {
        expect(Math.abs(topFromScroll(long, scrollFromTop(long, top)) - top)).toBeLessThan(1e-3);
      }),
    );
  });
});

describe('rows in view', () => {
  it('are those that touch the view, with some more on either side', () => {
    expect(visibleRows(short, 0, 0)).toEqual({ start: 0, end: 12 });
    expect(visibleRows(short, 125, 2)).toEqual({ start: 0, end: 17 });
    expect(visibleRows(short, maxTop(short), 2)).toEqual({ start: 86, end: 100 });
  });

  it('are none in an empty list', () => {
    expect(visibleRows({ ...short, rowCount: 0 }, 0, 2)).toEqual({ start: 0, end: 0 });
  });

  it('come into view by the smallest move', () => {
    expect(topToReveal(short, 100, 5)).toBe(100);
    expect(topToReveal(short, 100, 1)).toBe(50);
    expect(topToReveal(short, 100, 20)).toBe(450);
    expect(topToReveal(short, 0, 99)).toBe(maxTop(short));
  });
});
