/** The helper's side of a ranking that is shared: does what is asked for. */
import type { FoldsFit, FoldsFitted, HelperInput } from './ranking-helper.ts';
import { referenceScores, type ReferenceScores } from './reference-scores.ts';
import { foldGroups, regressionOf } from './shared-regression.ts';
import type { SoftRegression } from './soft-regression.ts';
import { evaluateHead } from './soft-target-head.ts';

/** On the current TF.js engine. */
export class HelperTasks {
  readonly #input: HelperInput;
  readonly #signal: AbortSignal | undefined;
  #regression: SoftRegression | null = null;

  /** The signal ends what is under way with `cancelled`. */
  constructor(input: HelperInput, signal?: AbortSignal) {
    this.#input = input;
    this.#signal = signal;
  }

  referenceScores(): Promise<ReferenceScores> {
    return referenceScores({ ...this.#input, signal: this.#signal });
  }

  async fitFolds({ solutions, targets, steps }: FoldsFit): Promise<FoldsFitted> {
    const regression = (this.#regression ??= regressionOf(this.#input, foldGroups.others));
    regression.solutions = solutions;
    const logits = await regression.fit(targets, this.#signal, steps);
    return { logits, solutions: regression.solutions };
  }

  evaluateHead(parameters: readonly Float32Array[]): Promise<Float32Array> {
    return evaluateHead({ ...this.#input, signal: this.#signal }, parameters);
  }
}
