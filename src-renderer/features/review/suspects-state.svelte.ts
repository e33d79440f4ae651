/**
 * The cut between suspects and the rest, and the numbers that hang on it: how many suspects there are, how many are judged,
 * how many of those were wrong, and the histogram of the score that the list is ordered by.
 */
import type { ProjectId, ReviewFilter, ReviewQuery, ReviewSummary } from '../../../src-main/contract/payloads.ts';
import type { RunId } from '../../../src-main/core/dataset/sample.ts';
import type { ScoreName } from '../../../src-main/core/ranking/run-scores.ts';
import { suspiciousEnd } from '../../../src-main/core/ranking/run-scores.ts';
import type { Api } from '../../rpc/api.ts';
import { withPart } from './filter-words.ts';

/** Where the cut stands when the ranking makes no estimate: what can be looked through in one sitting. */
const defaultSuspects = 100;

/** The range of a score that lies on the suspicious side of a cut. */
function suspiciousRange(by: ScoreName, cutScore: number): { readonly from?: number; readonly to?: number } {
  return suspiciousEnd[by] === 'largest' ? { from: cutScore } : { to: cutScore };
}

/** Both conditions at once. */
function narrowed(filter: ReviewFilter, by: ScoreName, cutScore: number): ReviewFilter {
  const cut = suspiciousRange(by, cutScore);
  const own = filter.scoreRange;
  const from = Math.max(own?.from ?? -Infinity, cut.from ?? -Infinity);
  const to = Math.min(own?.to ?? Infinity, cut.to ?? Infinity);
  const scoreRange = { ...(Number.isFinite(from) ? { from } : {}), ...(Number.isFinite(to) ? { to } : {}) };
  return { ...filter, scoreRange };
}

export class SuspectsState {
  /** The last score that still counts as suspect; null without a run. */
  cutScore = $state<number | null>(null);
  /** Of the whole run before the cut, whatever the filter. */
  suspects = $state.raw<ReviewSummary | null>(null);
  /** Of the filter, its score range left out. */
  shown = $state.raw<ReviewSummary | null>(null);
  /** How many pictures of the list shown are before the cut. */
  cutIndex = $state<number | null>(null);
  readonly #api: Api;
  readonly #projectId: ProjectId;
  #cutFor = '';
  #loading: AbortController | null = null;

  constructor(api: Api, projectId: ProjectId) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /**
   * Loads the numbers for a list; finds the cut anew when the run or the order is another. `runId`: the run that the list is really ranked by,
   * which a query that names none leaves open; null without one. Throws the api's errors.
   */
  async load(query: ReviewQuery, runId: RunId | null): Promise<void> {
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    const { signal } = controller;
    const wide = { ...query, filter: withPart(query.filter, 'scoreRange', undefined) };
    const shown = await this.#summary(wide, signal);
    if (signal.aborted) return;
    this.shown = shown;
    const cutFor = `${runId} ${query.by}`;
    if (this.#cutFor !== cutFor) {
      this.cutScore = await this.#estimatedCut(query, signal);
      // Without a run there is none yet: the first one that finishes brings it.
      this.#cutFor = this.cutScore === null ? '' : cutFor;
    }
    await this.#count(query, signal);
  }

  /** Moves the cut behind a score. */
  async moveCut(query: ReviewQuery, cutScore: number): Promise<void> {
    this.cutScore = cutScore;
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    await this.#count(query, controller.signal);
  }

  async #count(query: ReviewQuery, signal: AbortSignal): Promise<void> {
    const { cutScore } = this;
    if (cutScore === null) {
      this.suspects = null;
      this.cutIndex = null;
      return;
    }
    const ofRun = { ...query, filter: { scoreRange: suspiciousRange(query.by, cutScore) } };
    const ofList = { ...query, filter: narrowed(query.filter, query.by, cutScore) };
    const [suspects, list] = await Promise.all([this.#summary(ofRun, signal), this.#summary(ofList, signal)]);
    if (signal.aborted) return;
    this.suspects = suspects;
    // In the order of likeness suspects are not together: there is no line between them and the rest.
    this.cutIndex = query.similarTo === undefined ? list.total : null;
  }

  /** The score at the place where the run's own estimate of wrong labels ends. */
  async #estimatedCut(query: ReviewQuery, signal: AbortSignal): Promise<number | null> {
    const whole = { ...query, filter: {} };
    const { estimatedErrors, total, histogram } = await this.#summary(whole, signal);
    const position = Math.min(estimatedErrors ?? defaultSuspects, total);
    if (position < 1) return null;
    const input = { projectId: this.#projectId, query: whole, offset: Math.round(position) - 1, limit: 1 };
    const page = await this.#api.call('review/page', input, { signal });
    const mildest = suspiciousEnd[query.by] === 'largest' ? histogram?.from : histogram?.to;
    // Trusted pictures are at the end of the list and have no score: all before them are suspects then.
    return page.rows[0]?.scores[query.by] ?? mildest ?? null;
  }

  #summary(query: ReviewQuery, signal: AbortSignal): Promise<ReviewSummary> {
    return this.#api.call('review/summary', { projectId: this.#projectId, query }, { signal });
  }
}
