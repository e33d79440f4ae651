/** How far the rankings of two runs agree, and which pictures moved most. */
import type { MethodOutput } from '../../../src-main/contract/methods.ts';
import type { RunId } from '../../../src-main/core/dataset/sample.ts';
import { formatScore } from '../../lib/format.ts';
import type { ReviewState } from './review-state.svelte.ts';

export type RunComparison = MethodOutput<'review/compare-runs'>;

/** Pictures listed: as many as one looks at. */
const listedMoves = 60;

export class CompareState {
  otherRunId = $state<RunId | null>(null);
  comparison = $state.raw<RunComparison | null>(null);
  readonly #review: ReviewState;

  constructor(review: ReviewState) {
    this.#review = review;
  }

  /** The run whose list is shown: the named one, else the newest finished one. */
  get shownRunId(): RunId | null {
    const { list, runs } = this.#review;
    return list.query.runId ?? runs.find((run) => run.status === 'finished')?.runId ?? null;
  }

  /** Finished runs that the shown one can be held against. */
  get others(): readonly RunId[] {
    const { shownRunId } = this;
    return this.#review.runs
      .filter((run) => run.status === 'finished')
      .map(({ runId }) => runId)
      .filter((id) => id !== shownRunId);
  }

  async compareWith(otherRunId: RunId): Promise<void> {
    const { app, projectId, list } = this.#review;
    const { shownRunId: runId } = this;
    if (runId === null) return;
    this.otherRunId = otherRunId;
    const input = { projectId, runId, otherRunId, by: list.query.by, limit: listedMoves };
    const comparison = await app.attempt(app.api.call('review/compare-runs', input));
    if (comparison && this.otherRunId === otherRunId) this.comparison = comparison;
  }
}

/** Spearman's correlation in words. */
export function agreementSentence(correlation: number | null): string {
  if (correlation === null) return 'The two runs have too few images in common to be compared.';
  const figure = `(rank correlation ${formatScore(correlation)})`;
  if (correlation > 0.95) return `The two runs order the images almost alike ${figure}.`;
  if (correlation > 0.7) return `The two runs agree on most images ${figure}.`;
  if (correlation > 0.3) return `The two runs agree only roughly ${figure}.`;
  return `The two runs do not agree ${figure}.`;
}
