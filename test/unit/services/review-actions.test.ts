import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReviewAction } from '../../../src-main/contract/payloads.ts';
import { finalClassId, noVerdict, type Verdict } from '../../../src-main/core/dataset/decision.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import { applyAction, titleOf } from '../../../src-main/services/review-actions.ts';

const [cat, dog] = [1 as ClassId, 2 as ClassId];
const subject = (before: Verdict, suggestedClassId: ClassId | null = null) => ({
  before,
  givenClassId: cat,
  suggestedClassId,
});
const trustedCat: Verdict = { decision: null, trustedClassId: cat };

describe('an action', () => {
  it.each<[ReviewAction, Verdict, Verdict]>([
    [{ kind: 'keep' }, noVerdict, { decision: { kind: 'keep' }, trustedClassId: null }],
    [{ kind: 'drop' }, trustedCat, { decision: { kind: 'drop' }, trustedClassId: null }],
    [{ kind: 'unsure' }, trustedCat, { decision: { kind: 'unsure' }, trustedClassId: null }],
    [{ kind: 'neither' }, trustedCat, { decision: { kind: 'neither' }, trustedClassId: null }],
    [{ kind: 'both', classId: dog }, trustedCat, { decision: { kind: 'both', classId: dog }, trustedClassId: null }],
    [{ kind: 'both', classId: cat }, trustedCat, { decision: { kind: 'keep' }, trustedClassId: cat }],
    [{ kind: 'clear' }, { decision: { kind: 'keep' }, trustedClassId: cat }, trustedCat],
    [
      { kind: 'relabel', classId: dog },
      trustedCat,
      { decision: { kind: 'relabel', classId: dog }, trustedClassId: dog },
    ],
    [{ kind: 'trust' }, noVerdict, trustedCat],
    [{ kind: 'trust', classId: dog }, noVerdict, { decision: null, trustedClassId: dog }],
    [{ kind: 'trust' }, { decision: { kind: 'drop' }, trustedClassId: null }, trustedCat],
    [
      { kind: 'trust' },
      { decision: { kind: 'relabel', classId: dog }, trustedClassId: null },
      { decision: { kind: 'relabel', classId: dog }, trustedClassId: dog },
    ],
    [{ kind: 'distrust' }, trustedCat, noVerdict],
  ])('%o', (action, before, after) => {
    expect(applyAction(action, subject(before))).toEqual(after);
  });

  it('accepts a suggestion by relabelling, or keeps where it is the given label', () => {
    expect(applyAction({ kind: 'accept' }, subject(noVerdict, dog)).decision).toEqual({
      kind: 'relabel',
      classId: dog,
    });
    expect(applyAction({ kind: 'accept' }, subject(noVerdict, cat)).decision).toEqual({ kind: 'keep' });
    expect(applyAction({ kind: 'accept' }, subject(noVerdict))).toBe(noVerdict);
  });

  it('takes the suggestion for the other right label, and does nothing without one', () => {
    const both = { kind: 'both', classId: dog } as const;
    expect(applyAction({ kind: 'both' }, subject(noVerdict, dog)).decision).toEqual(both);
    expect(applyAction({ kind: 'both' }, subject(noVerdict))).toBe(noVerdict);
  });

  it('leaves an image of both classes under its label, and takes one of neither out', () => {
    expect(finalClassId(cat, { decision: { kind: 'both', classId: dog }, trustedClassId: null })).toBe(cat);
    expect(finalClassId(cat, { decision: { kind: 'neither' }, trustedClassId: null })).toBe(null);
  });

  it('never leaves trust and decision in contradiction, and changes nothing the second time', () => {
    const classId = fc.constantFrom(cat, dog);
    const action: fc.Arbitrary<ReviewAction> = fc.oneof(
      fc.record({ kind: fc.constantFrom('keep', 'drop', 'unsure', 'neither', 'clear', 'accept', 'distrust') }),
      fc.record({ kind: fc.constant('both' as const), classId }),
      fc.record({ kind: fc.constant('relabel' as const), classId }),
      fc.record({ kind: fc.constant('trust' as const), classId }),
      fc.record({ kind: fc.constant('trust' as const) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 6 }), (actions) => {
        let verdict = noVerdict;
        for (const next of actions) {
          verdict = applyAction(next, subject(verdict, dog));
          expect(applyAction(next, subject(verdict, dog))).toBe(verdict);
          const { trustedClassId } = verdict;
          if (trustedClassId !== null) expect(finalClassId(cat, verdict)).toBe(trustedClassId);
        }
      }),
    );
  });
});

describe('titles', () => {
  it('say in words what was done to how many', () => {
    expect(titleOf({ kind: 'drop' }, 3, null)).toBe('Dropped 3 images');
    expect(titleOf({ kind: 'relabel', classId: dog }, 1, 'dog')).toBe('Relabelled 1 image to "dog"');
    expect(titleOf({ kind: 'both', classId: dog }, 1, 'dog')).toBe('Marked 1 image as "dog" too');
    expect(titleOf({ kind: 'neither' }, 2, null)).toBe('Marked 2 images as none of the classes');
    expect(titleOf({ kind: 'trust' }, 2, null)).toBe('Trusted 2 images');
  });
});
