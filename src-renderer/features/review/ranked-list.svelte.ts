/**
 * A ranked list of which only what is looked at is loaded: in blocks, with a small cache, never twice at once.
 *
 * Rows stay where they are until new ones have arrived in their place, so nothing flickers or jumps while loading.
 */
import type { RankedView, ReviewPage, ReviewQuery } from '../../../src-main/contract/payloads.ts';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';

export type FetchPage = (query: ReviewQuery, offset: number, limit: number, signal: AbortSignal) => Promise<ReviewPage>;

interface Block {
  readonly rows: readonly RankedView[];
  /** Older blocks are shown until they are fetched again. */
  readonly generation: number;
}

export const blockSize = 200;
/** Blocks kept beyond those in view: 8,000 rows, a few megabytes. */
const cachedBlocks = 40;

export class RankedList {
  query = $state.raw<ReviewQuery>({ by: 'suspicion', filter: {} });
  total = $state(0);
  /** False until the first page has arrived. */
  isLoaded = $state(false);
  #version = $state(0);
  #generation = 0;
  #range = { start: 0, end: 0 };
  readonly #blocks = new Map<number, Block>();
  readonly #pending = new Map<number, AbortController>();
  #switching: AbortController | null = null;
  readonly #fetchPage: FetchPage;
  readonly #onError: (error: unknown) => void;

  constructor(fetchPage: FetchPage, onError: (error: unknown) => void) {
    this.#fetchPage = fetchPage;
    this.#onError = onError;
  }

  /** Shows another list once its first page is there. Resolves to false when it failed or was overtaken by another. */
  async show(query: ReviewQuery): Promise<boolean> {
    this.#switching?.abort();
    const controller = new AbortController();
    this.#switching = controller;
    try {
      const page = await this.#fetchPage(query, 0, blockSize, controller.signal);
      if (controller.signal.aborted) return false;
      this.#abortPending();
      this.#blocks.clear();
      this.#generation += 1;
      this.query = query;
      this.#range = { start: 0, end: Math.min(blockSize, page.total) };
      this.#store(0, page);
      this.isLoaded = true;
      return true;
    } catch (error) {
      if (!controller.signal.aborted) this.#onError(error);
      return false;
    }
  }

  /** Fetches again what is in view; the rest when it comes into view. Resolves when the view is up to date. */
  async refresh(): Promise<void> {
    this.#generation += 1;
    this.#abortPending();
    await this.need(this.#range.start, this.#range.end);
  }

  /** The row at an index, or null while it is not loaded. */
  rowAt(index: number): RankedView | null {
    void this.#version;
    return this.#blocks.get(Math.floor(index / blockSize))?.rows[index % blockSize] ?? null;
  }

  /** Where a sample stands among the loaded rows, or null. */
  indexOf(sampleId: SampleId): number | null {
    for (const [blockIndex, { rows }] of this.#blocks) {
      const offset = rows.findIndex((row) => row.id === sampleId);
      if (offset >= 0) return blockIndex * blockSize + offset;
    }
    return null;
  }

  /** Loads rows [start, end) where they are missing or old, and gives up what was asked for elsewhere. */
  async need(start: number, end: number): Promise<void> {
    this.#range = { start, end };
    const first = Math.floor(start / blockSize);
    const last = Math.floor(Math.max(start, end - 1) / blockSize);
    for (const [blockIndex, controller] of this.#pending) {
      if (blockIndex < first || blockIndex > last) controller.abort();
    }
    const loads: Promise<void>[] = [];
    for (let blockIndex = first; blockIndex <= last; blockIndex += 1) {
      if (this.#blocks.get(blockIndex)?.generation === this.#generation) continue;
      if (!this.#pending.has(blockIndex)) loads.push(this.#load(blockIndex));
    }
    await Promise.all(loads);
  }

  /** Changes loaded rows at once, ahead of the host's answer. */
  patch(sampleIds: ReadonlySet<SampleId>, change: (row: RankedView) => RankedView): void {
    for (const [blockIndex, block] of this.#blocks) {
      if (!block.rows.some((row) => sampleIds.has(row.id))) continue;
      const rows = block.rows.map((row) => (sampleIds.has(row.id) ? change(row) : row));
      this.#blocks.set(blockIndex, { ...block, rows });
    }
    this.#version += 1;
  }

  async #load(blockIndex: number): Promise<void> {
    const controller = new AbortController();
    const { query } = this;
    this.#pending.set(blockIndex, controller);
    try {
      const page = await this.#fetchPage(query, blockIndex * blockSize, blockSize, controller.signal);
      if (!controller.signal.aborted) this.#store(blockIndex, page);
    } catch (error) {
      if (!controller.signal.aborted && !isTouchstoneError(error, 'cancelled')) this.#onError(error);
    } finally {
      if (this.#pending.get(blockIndex) === controller) this.#pending.delete(blockIndex);
    }
  }

  #store(blockIndex: number, page: ReviewPage): void {
    this.#blocks.delete(blockIndex);
    this.#blocks.set(blockIndex, { rows: page.rows, generation: this.#generation });
    this.total = page.total;
    this.#prune();
    this.#version += 1;
  }

  /** Drops the blocks that were stored longest ago, never those in view, and those behind the list's end. */
  #prune(): void {
    const { start, end } = this.#range;
    const inView = (blockIndex: number) => (blockIndex + 1) * blockSize > start && blockIndex * blockSize < end;
    for (const blockIndex of this.#blocks.keys()) {
      const isBehindEnd = blockIndex > 0 && blockIndex * blockSize >= this.total;
      const isSurplus = this.#blocks.size > cachedBlocks && !inView(blockIndex);
      if (isBehindEnd || isSurplus) this.#blocks.delete(blockIndex);
    }
  }

  #abortPending(): void {
    for (const controller of this.#pending.values()) controller.abort();
    this.#pending.clear();
  }
}
