/** Other ways into the pictures, beside the ranked list: the map, similar pictures, and problems. They change the list's query. No DOM. */
import type { ReviewQuery } from '../../../src-main/contract/payloads.ts';
import type { ProblemKind } from '../../../src-main/core/dataset/sample.ts';
import { MapState } from '../map/map-state.svelte.ts';
import { PictureCheck } from '../problems/picture-check.svelte.ts';
import { withPart } from './filter-words.ts';
import type { ReviewState } from './review-state.svelte.ts';

export class ReviewTools {
  readonly map: MapState;
  readonly check: PictureCheck;
  isMapOpen = $state(false);
  areProblemsShown = $state(false);
  /** Path of the picture that the list is ordered by likeness to; null in every other order. */
  readonly similarPath = $derived.by(() => (this.#review.list.query.similarTo === undefined ? null : this.#path));
  #path = $state('');
  readonly #review: ReviewState;

  constructor(review: ReviewState) {
    this.#review = review;
    const chooseArea = (mapArea: readonly number[]) => void this.#show(withPart(this.#filter, 'mapArea', mapArea));
    this.map = new MapState(review.app, review.projectId, chooseArea);
    this.check = new PictureCheck(review.app, review.projectId);
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [this.map.start(), this.check.start()];
    return () => {
      for (const end of endings) end();
    };
  }

  /** Orders the list by likeness to the picture in focus. */
  async showSimilar(): Promise<void> {
    const { focused, list } = this.#review;
    if (!focused) return;
    this.#path = focused.path;
    this.isMapOpen = false;
    await this.#review.show({ ...list.query, filter: {}, similarTo: focused.id });
  }

  /** Back to the order by the score. */
  async endSimilar(): Promise<void> {
    await this.#review.show(withoutSimilar(this.#review.list.query));
  }

  async clearArea(): Promise<void> {
    await this.#show(withPart(this.#filter, 'mapArea', undefined));
  }

  async showProblems(problemKinds: readonly ProblemKind[]): Promise<void> {
    this.areProblemsShown = false;
    await this.#show({ problemKinds });
  }

  get #filter(): ReviewQuery['filter'] {
    return this.#review.list.query.filter;
  }

  #show(filter: ReviewQuery['filter']): Promise<void> {
    return this.#review.setFilter(filter);
  }
}

export function withoutSimilar(query: ReviewQuery): ReviewQuery {
  const { similarTo: _taken, ...rest } = query;
  return rest;
}
