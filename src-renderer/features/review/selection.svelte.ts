/** Which pictures an action is for: named ones by their ids, or everything in the filter with the count that was shown. */
import type { ActionTarget, ReviewQuery } from '../../../src-main/contract/payloads.ts';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';

export class Selection {
  ids = $state.raw<ReadonlySet<SampleId>>(new Set());
  /** Everything in this list at the moment of the key press. */
  everything = $state.raw<{ readonly query: ReviewQuery; readonly count: number } | null>(null);
  readonly count = $derived(this.everything?.count ?? this.ids.size);
  /** Index from which Shift stretches a range; null: from the focus. */
  anchorIndex: number | null = null;
  #base: ReadonlySet<SampleId> = new Set();

  has(sampleId: SampleId): boolean {
    return this.everything !== null || this.ids.has(sampleId);
  }

  clear(): void {
    this.ids = new Set();
    this.everything = null;
    this.anchorIndex = null;
  }

  /** Adds a picture or takes it out, and starts ranges from it. */
  toggle(sampleId: SampleId, index: number): void {
    const next = new Set(this.everything ? [] : this.ids);
    if (!next.delete(sampleId)) next.add(sampleId);
    this.everything = null;
    this.ids = next;
    this.anchorIndex = index;
    this.#base = next;
  }

  /** Remembers where a range starts, unless one is being stretched. What is selected already stays so. */
  startRange(index: number): void {
    if (this.anchorIndex !== null) return;
    this.anchorIndex = index;
    this.#base = this.everything ? new Set() : this.ids;
  }

  /** Replaces the range that is being stretched. */
  setRange(sampleIds: readonly SampleId[]): void {
    this.everything = null;
    this.ids = new Set([...this.#base, ...sampleIds]);
  }

  selectEverything(query: ReviewQuery, count: number): void {
    this.ids = new Set();
    this.anchorIndex = null;
    this.everything = { query, count };
  }

  /** What an action now is for. Without a selection it is the focused picture; null when that is not loaded. */
  target(focused: SampleId | null): { readonly target: ActionTarget; readonly count: number } | null {
    const { everything } = this;
    if (everything) {
      return { target: { query: everything.query, expectedCount: everything.count }, count: everything.count };
    }
    if (this.ids.size > 0) return { target: { sampleIds: [...this.ids] }, count: this.ids.size };
    return focused === null ? null : { target: { sampleIds: [focused] }, count: 1 };
  }
}
