/** The regression of the rounds, in two groups of folds: a helper can fit one of them meanwhile. */
import { createRandom, deriveSeed } from '../random/random-generator.ts';
import type { HelperInput, RankingHelper } from './ranking-helper.ts';
import { drawFolds, SoftRegression, type SoftRegressionData } from './soft-regression.ts';

/** A trusted sample counts as much as this many others. Measured: 20 ranks worse. */
const trustedWeight = 5;
/**
 * The folds whose models are fitted in one place, and those in the other. Two groups wherever they are fitted: how many models share a matrix product may
 * change its rounding.
 */
export const foldGroups = { own: [0, 1], others: [2, 3, 4] } as const;

/** The five-fold regression of the rounds (soft-regression.ts), with the models of three folds fitted by the helper where there is one. */
export class SharedRegression {
  readonly #own: SoftRegression;
  readonly #others: SoftRegression;
  readonly #helper: RankingHelper | null;

  constructor(input: HelperInput, helper: RankingHelper | null) {
    this.#own = regressionOf(input, foldGroups.own);
    this.#others = regressionOf(input, foldGroups.others);
    this.#helper = helper;
  }

  /** As `SoftRegression.fit`. */
  async fit(targets: Float32Array, signal?: AbortSignal, steps?: number): Promise<Float32Array> {
    const helped = this.#helper?.fitFolds({ solutions: this.#others.solutions, targets, steps });
    const own = await this.#own.fit(targets, signal, steps);
    const fitted = await helped;
    if (fitted) this.#others.solutions = fitted.solutions;
    const others = fitted?.logits ?? (await this.#others.fit(targets, signal, steps));
    return own.map((logit, index) => logit + others[index]!);
  }
}

/** Weight of each sample's loss, [N]. */
export function weighTrusted({ givenLabels, trusted }: Pick<HelperInput, 'givenLabels' | 'trusted'>): Float32Array {
  const weights = new Float32Array(givenLabels.length).fill(1);
  for (const sample of trusted) weights[sample] = trustedWeight;
  return weights;
}

/** With these folds' models alone. */
export function regressionOf(input: HelperInput, models: SoftRegressionData['models']): SoftRegression {
  const folds = drawFolds(input.givenLabels.length, createRandom(deriveSeed(input.seed, 'folds')));
  return new SoftRegression({ ...input, folds, models, sampleWeights: weighTrusted(input) });
}
