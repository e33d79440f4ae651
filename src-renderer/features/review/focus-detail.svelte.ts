/** Everything known about the focused picture, with the next ones fetched ahead so that they are there when asked for. */
import type { SampleDetail, WhyView } from '../../../src-main/contract/payloads.ts';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';

export type FetchDetail = (sampleId: SampleId, signal: AbortSignal) => Promise<SampleDetail>;
export type FetchWhy = (sampleId: SampleId, signal: AbortSignal) => Promise<WhyView | null>;

/** Details kept: enough for the pictures just left and the next ones. */
const keptDetails = 24;

export class FocusDetail {
  detail = $state.raw<SampleDetail | null>(null);
  /** Comes later than the detail, and only for the picture that is looked at. */
  why = $state.raw<{ readonly sampleId: SampleId; readonly view: WhyView } | null>(null);
  #wanted: SampleId | null = null;
  #fetching: AbortController | null = null;
  readonly #kept = new Map<SampleId, SampleDetail>();
  readonly #fetchDetail: FetchDetail;
  readonly #fetchWhy: FetchWhy;
  readonly #onError: (error: unknown) => void;

  constructor(fetchDetail: FetchDetail, fetchWhy: FetchWhy, onError: (error: unknown) => void) {
    this.#fetchDetail = fetchDetail;
    this.#fetchWhy = fetchWhy;
    this.#onError = onError;
  }

  /** Shows a picture, at once where it was fetched ahead, and then fetches the ones in `ahead`. */
  async show(sampleId: SampleId | null, ahead: readonly SampleId[]): Promise<void> {
    if (sampleId === this.#wanted) return;
    this.#wanted = sampleId;
    this.#fetching?.abort();
    if (sampleId === null) {
      this.detail = null;
      return;
    }
    const controller = new AbortController();
    this.#fetching = controller;
    try {
      const detail = await this.#get(sampleId, controller.signal);
      if (controller.signal.aborted) return;
      this.detail = detail;
      for (const next of ahead) await this.#get(next, controller.signal);
      const view = await this.#fetchWhy(sampleId, controller.signal);
      if (!controller.signal.aborted) this.why = view && { sampleId, view };
    } catch (error) {
      if (!controller.signal.aborted && !isTouchstoneError(error, 'cancelled')) this.#onError(error);
    }
  }

  /** Forgets what was fetched and shows the present picture anew; the old stays until then. */
  async refresh(): Promise<void> {
    const sampleId = this.#wanted;
    this.#kept.clear();
    this.#wanted = null;
    await this.show(sampleId, []);
  }

  async #get(sampleId: SampleId, signal: AbortSignal): Promise<SampleDetail> {
    const kept = this.#kept.get(sampleId);
    if (kept) return kept;
    const detail = await this.#fetchDetail(sampleId, signal);
    this.#kept.set(sampleId, detail);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > keptDetails && !oldest.done) this.#kept.delete(oldest.value);
    return detail;
  }
}
