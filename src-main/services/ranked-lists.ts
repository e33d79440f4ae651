/** The ranked, filtered lists of one project. The last few are kept, so that paging through one costs nothing. */
import type { SampleId } from '../core/dataset/sample.ts';
import type { ReviewQuery } from '../contract/payloads.ts';
import { orderByValue } from '../core/ranking/order-by-value.ts';
import type { ScoreName } from '../core/ranking/run-scores.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { ProjectViews } from './project-views.ts';
import { compileFilter, dependsOnVerdicts, type PositionTest } from './review-filter.ts';
import type { Ranking, RunView } from './run-view.ts';
import type { SampleIndex } from './sample-index.ts';
import { inStretches, yieldToOthers } from './take-turns.ts';

const keptLists = 4;
const stretchSamples = 100_000;

export interface RankedList {
  readonly index: SampleIndex;
  /** Null where there is no finished run: the list is then in the order of the import. */
  readonly runView: RunView | null;
  readonly by: ScoreName;
  readonly ranking: Ranking | null;
  /** Positions in the sample index, in the order of the list. */
  readonly positions: Int32Array;
}

interface KeptList {
  readonly list: RankedList;
  /** Null where verdicts do not matter. */
  readonly verdictVersion: number | null;
}

/** Similarity of every image to one, per position of the index; NaN where nothing is known. */
export type MeasureSimilarity = (index: SampleIndex, sampleId: SampleId) => Promise<Float32Array>;

export class RankedLists {
  readonly #stores: ProjectStores;
  readonly #views: ProjectViews;
  readonly #measureSimilarity: MeasureSimilarity;
  readonly #kept = new Map<string, KeptList>();

  constructor(stores: ProjectStores, views: ProjectViews, measureSimilarity: MeasureSimilarity) {
    this.#measureSimilarity = measureSimilarity;
    this.#stores = stores;
    this.#views = views;
  }

  /** The newest finished run unless the query names one. Throws `run-not-found`. */
  async runViewFor(runId: ReviewQuery['runId']): Promise<RunView | null> {
    const chosen = runId ?? this.#stores.runs.latestFinished()?.id ?? null;
    return chosen === null ? null : this.#views.runView(chosen);
  }

  async list(query: ReviewQuery): Promise<RankedList> {
    const runView = await this.runViewFor(query.runId);
    const index = runView?.index ?? (await this.#views.index());
    const key = JSON.stringify([runView?.run.id, query.by, query.filter, query.similarTo]);
    const kept = this.#kept.get(key);
    if (kept && this.#isCurrent(kept, index, runView)) return this.#keep(key, kept).list;
    const verdictVersion = dependsOnVerdicts(query.filter) ? this.#views.verdictVersion : null;
    const list = await this.#build(index, runView, query);
    // Reading every path takes seconds at a million: it is done by the time that someone has typed what to look for.
    void this.#views.paths().catch(() => undefined);
    return this.#keep(key, { list, verdictVersion }).list;
  }

  #isCurrent({ list, verdictVersion }: KeptList, index: SampleIndex, runView: RunView | null): boolean {
    const isSame = list.index === index && list.runView === runView;
    return isSame && (verdictVersion === null || verdictVersion === this.#views.verdictVersion);
  }

  #keep(key: string, kept: KeptList): KeptList {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const old of [...this.#kept.keys()].slice(0, -keptLists)) this.#kept.delete(old);
    return kept;
  }

  async #build(
    index: SampleIndex,
    runView: RunView | null,
    { by, filter, similarTo }: ReviewQuery,
  ): Promise<RankedList> {
    const ranking = (await runView?.ranking(by)) ?? null;
    let positions =
      similarTo === undefined
        ? (ranking?.order ?? importOrder(index))
        : await this.#orderBySimilarity(index, similarTo);
    // One pass per test, each over what is left: a loop that calls one function is what the engine makes fast.
    for (const test of await compileFilter(this.#views, index, { runView, ranking }, filter)) {
      positions = await select(positions, test);
    }
    return { index, runView, by, ranking, positions };
  }

  /** The most similar first; images without a vector at the end. */
  async #orderBySimilarity(index: SampleIndex, similarTo: SampleId): Promise<Int32Array> {
    const similarities = await this.#measureSimilarity(index, similarTo);
    return orderByValue(
      similarities.map((value) => -value),
      yieldToOthers,
    );
  }
}

function importOrder({ count }: SampleIndex): Int32Array {
  const order = new Int32Array(count);
  for (let position = 0; position < count; position++) order[position] = position;
  return order;
}

async function select(order: Int32Array, test: PositionTest): Promise<Int32Array> {
  const selected = new Int32Array(order.length);
  let count = 0;
  await inStretches(order.length, stretchSamples, (from, to) => {
    for (let place = from; place < to; place++) {
      const position = order[place] ?? 0;
      if (test(position)) selected[count++] = position;
    }
  });
  return selected.slice(0, count);
}
