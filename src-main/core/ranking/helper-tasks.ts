/** The helper's side of a ranking that is shared: does what is asked for. */
import type { FoldsFit, FoldsFitted, HelperInput } from './ranking-helper.ts';
import { referenceScores, type ReferenceScores } from './reference-scores.ts';
import { foldGroups, regressionOf } from './shared-regression.ts';
import type { SoftRegression } from './soft-regression.ts';
import { evaluateHead } from './soft-target-head.ts';

/** On the current TF.js engine. */
export class HelperTasks {
  readonly #input: HelperInput;
  #regression: SoftRegression | null = null;

  constructor(input: HelperInput) {
    this.#input = input;
  }

  referenceScores(): Promise<ReferenceScores> {
    return referenceScores(this.#input);
  }

  async fitFolds({ solutions, targets, steps }: FoldsFit): Promise<FoldsFitted> {
    const regression = (this.#regression ??= regressionOf(this.#input, foldGroups.others));
    regression.solutions = solutions;
    const logits = await regression.fit(targets, undefined, steps);
    return { logits, solutions: regression.solutions };
  }

  evaluateHead(parameters: readonly Float32Array[]): Promise<Float32Array> {
    return evaluateHead(this.#input, parameters);
  }
}
