/**
 * What each score means: the one source for the page, the command line's help and its manual. `meaning` reads beside a number; `range` says which
 * numbers there are; `blindSpot` when it misleads.
 */
import type { ScoreName } from './run-scores.ts';

export interface ScoreWords {
  readonly title: string;
  readonly meaning: string;
  readonly range: string;
  readonly blindSpot: string;
}

export const scoreWords: Readonly<Record<ScoreName, ScoreWords>> = {
  suspicion: {
    title: 'Suspicion',
    meaning: 'All the evidence in one number: the larger, the more likely the given label is wrong.',
    range: 'Any number; only the order means something. Usually between -5 and 10.',
    blindSpot:
      'A mistake that looks right and that no trusted image shows, such as a whole sub-kind under the wrong class.',
  },
  weight: {
    title: 'Weight',
    meaning:
      'How much training made use of the image as long as that told wrong labels from right ones: 0 means it was ignored, 1 is the share of an ordinary image.',
    range: 'From 0 up; the mean is 1.',
    blindSpot: 'What is learned already needs no weight either, so with few errors most images of weight 0 are right.',
  },
  alignment: {
    title: 'Alignment',
    meaning: 'Whether learning this label helps (above 0) or hurts (below 0) with the trusted images.',
    range: 'Around 0, in multiples of an ordinary image\u2019s.',
    blindSpot: 'Images that pull hard decide its size; rare images that are right can hurt too.',
  },
  cosine: {
    title: 'Direction',
    meaning:
      'The same as alignment without regard to how strongly the image pulls, from \u22121 (against) to 1 (with).',
    range: 'From \u22121 to 1.',
    blindSpot: 'A learned image\u2019s direction is little more than chance.',
  },
  harm: {
    title: 'Harm',
    meaning: 'How much this label hurt with the trusted images on average: 0 means it never did.',
    range: 'From 0 up, in multiples of an ordinary image\u2019s alignment.',
    blindSpot:
      'Hard images that are right hurt now and then; on labels that people got wrong it finds less than the margin.',
  },
  margin: {
    title: 'Margin',
    meaning: 'How far the given label is ahead of the next best answer: below 0 the model answered something else.',
    range: 'Any number; the difference of two logits, averaged over the training.',
    blindSpot:
      'Classes of very different sizes: small ones look wrong where the trusted set is balanced and the data are not.',
  },
  loss: {
    title: 'Loss',
    meaning: 'How surprised the model was by the given label: 0 means not at all.',
    range: 'From 0 up, in nats.',
    blindSpot: 'As the margin\u2019s; and a single wild guess counts for much.',
  },
  probability: {
    title: 'Probability',
    meaning: 'How likely the model found the given label.',
    range: 'From 0 to 1.',
    blindSpot: 'As the margin\u2019s; and near 0 or 1 it tells images apart badly.',
  },
  neighbours: {
    title: 'Neighbours',
    meaning: 'Which share of the 15 most similar images has another label.',
    range: 'From 0 to 1, in fifteenths.',
    blindSpot:
      'Errors that come in groups, or that one class attracts from all others: the neighbours are wrong as well.',
  },
  trustedOnly: {
    title: 'Trusted only',
    meaning: 'How likely the given label is to a model that learned from the trusted images and nothing else.',
    range: 'From 0 to 1; none for trusted images.',
    blindSpot: 'Few trusted images: what none of them resembles looks wrong. It is fooled by no pattern of errors.',
  },
  selfConfidence: {
    title: 'Self-confidence',
    meaning:
      'How likely the given label is to a model that learned from all other images\u2019 labels as they are (confident learning).',
    range: 'From 0 to 1.',
    blindSpot:
      'Errors with a pattern, such as one class taken for another: the model learns the pattern. Good where errors are rare.',
  },
};
