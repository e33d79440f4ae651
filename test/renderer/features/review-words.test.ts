import { describe, expect, it } from 'vitest';
import type { ReviewFilter } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import { actionQuestion } from '../../../src-renderer/features/review/action-words.ts';
import { agreementSentence } from '../../../src-renderer/features/review/compare-state.svelte.ts';
import { explainSample, historySentence } from '../../../src-renderer/features/review/explain-sample.ts';
import { chipsOf, toggled, withPart } from '../../../src-renderer/features/review/filter-words.ts';
import { percentileSentence } from '../../../src-renderer/features/review/score-sentences.ts';
import { FakeProject } from '../fake-project.ts';

const names = ['glass', 'metal', 'paper'];
const nameOf = (classId: ClassId) => names[classId - 1] ?? '?';
const [glass, metal, paper] = [1, 2, 3] as ClassId[] as [ClassId, ClassId, ClassId];

describe('a filter in words', () => {
  const filter: ReviewFilter = {
    givenClassIds: [glass, metal],
    suggestedClassIds: [paper],
    decisions: ['none', 'unsure'],
    trusted: false,
    hasProblem: true,
    scoreRange: { from: 1.5 },
    text: 'IMG',
  };

  it('says each condition', () => {
    expect(chipsOf(filter, nameOf, 'suspicion').map(({ text }) => text)).toEqual([
      'labelled glass or metal',
      'suggested paper',
      'not judged yet or unsure',
      'not trusted',
      'with a problem',
      'suspicion from 1.5',
      'path contains \u201cIMG\u201d',
    ]);
  });

  it('loses exactly one condition with each chip', () => {
    const [first] = chipsOf(filter, nameOf, 'suspicion');
    const { givenClassIds: _given, ...rest } = filter;
    expect(first?.without).toEqual(rest);
  });

  it('shortens long lists', () => {
    const many = { givenClassIds: [glass, metal, paper, glass, metal] };
    expect(chipsOf(many, nameOf, 'suspicion')[0]?.text).toBe('labelled glass, metal or 3 more');
  });

  it('has no condition left when the last entry goes', () => {
    expect(toggled([glass], glass)).toBeUndefined();
    expect(withPart({ givenClassIds: [glass] }, 'givenClassIds', undefined)).toEqual({});
  });
});

describe('why an image is suspected', () => {
  const project = new FakeProject({ samples: 400 });
  const [worst] = project.list({ by: 'suspicion', filter: {} });
  const detail = project.detail(worst?.id ?? (0 as never));

  it('names what the model answered instead, and how badly the label fits', () => {
    const given = nameOf(detail.sample.givenClassId);
    const other = nameOf(detail.sample.suggestedClassId ?? glass);
    const text = explainSample(detail, nameOf);
    expect(text).toContain(other);
    expect(text).toMatch(new RegExp(`The label ${given} fits worse than the labels of 99.8\u00a0% of the images`));
  });

  it('says when there is too little to go by', () => {
    expect(explainSample({ ...detail, run: null }, nameOf)).toMatch(/No training run yet/);
    expect(explainSample({ ...detail, sample: { ...detail.sample, visits: 0 } }, nameOf)).toMatch(/has not seen/);
    const thinEvidence = 'Thin evidence: seen 2 times in training.';
    expect(explainSample({ ...detail, thinEvidence }, nameOf)).toContain(thinEvidence);
  });

  it('says what the user said before what the model says', () => {
    const sample = { ...detail.sample, trustedClassId: metal };
    expect(explainSample({ ...detail, sample }, nameOf)).toBe('You have checked this image: it is metal.');
  });

  it('reads the chart out', () => {
    expect(historySentence(detail.history)).toMatch(/ignored the image in \d+ of 12 epochs/);
    expect(historySentence([])).toBe('Nothing was recorded for this image.');
  });

  it('compares in the direction that is worth saying', () => {
    expect(percentileSentence(0.97)).toBe('More suspicious than 97\u00a0% of the images');
    expect(percentileSentence(0.1)).toBe('Less suspicious than 90\u00a0% of the images');
  });
});

describe('the question before a large action', () => {
  it.each([
    [{ kind: 'drop' } as const, 'Drop 60 images?'],
    [{ kind: 'relabel', classId: paper } as const, 'Relabel 60 images to paper?'],
    [{ kind: 'accept' } as const, 'Relabel 60 images to what is suggested for each?'],
  ])('carries the count: %o', (action, question) => {
    expect(actionQuestion(action, 60, nameOf)).toBe(question);
  });
});

describe('two runs', () => {
  it.each([
    [0.99, /almost alike/],
    [0.8, /most images/],
    [0.4, /only roughly/],
    [0, /do not agree/],
    [null, /too few images/],
  ])('with a correlation of %s', (correlation, words) => {
    expect(agreementSentence(correlation)).toMatch(words);
  });
});
