/**
 * What is kept in memory of one open project, made when first asked for: the sample index with its paths and problem marks,
 * and a view of each run that is looked at. Follows verdicts as they change and is made anew after an import.
 */
import type { VerdictChange } from '../core/dataset/decision.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { loadPathIndex, type PathIndex } from './path-index.ts';
import type { ProjectStores } from './ports.ts';
import { loadProblemMarks } from './problem-marks.ts';
import { loadRunView, type RunView } from './run-view.ts';
import { loadSampleIndex, type SampleIndex } from './sample-index.ts';

/** Two, so that comparing runs does not read them again and again. */
const keptRunViews = 2;

export type AppliedChange = Pick<VerdictChange, 'sampleId' | 'after'>;

interface IndexSlot {
  readonly promise: Promise<SampleIndex>;
  loaded: SampleIndex | null;
  /** Verdicts that changed while the index was being read. */
  readonly missed: (readonly AppliedChange[])[];
}

export class ProjectViews {
  readonly #stores: ProjectStores;
  readonly #runViews = new Map<RunId, Promise<RunView>>();
  #slot: IndexSlot | null = null;
  #paths: Promise<PathIndex> | null = null;
  #problemMarks: Promise<Uint16Array> | null = null;
  #verdictVersion = 0;

  constructor(stores: ProjectStores) {
    this.#stores = stores;
  }

  /** Grows with every change of verdicts: what depends on them compares it. */
  get verdictVersion(): number {
    return this.#verdictVersion;
  }

  index(): Promise<SampleIndex> {
    this.#slot ??= this.#openSlot();
    return this.#slot.promise;
  }

  async runView(runId: RunId): Promise<RunView> {
    const index = await this.index();
    const known = await this.#runViews.get(runId);
    if (known?.index === index) return known;
    const loading = loadRunView(this.#stores, runId, index);
    this.#runViews.delete(runId);
    this.#runViews.set(runId, loading);
    loading.catch(() => this.#runViews.delete(runId));
    for (const old of [...this.#runViews.keys()].slice(0, -keptRunViews)) this.#runViews.delete(old);
    return loading;
  }

  paths(): Promise<PathIndex> {
    if (this.#paths) return this.#paths;
    const loading = this.index().then((index) => loadPathIndex(this.#stores, index));
    this.#paths = loading;
    // Whoever waits for it hears of a failure; the next one tries again.
    loading.catch(() => {
      if (this.#paths === loading) this.#paths = null;
    });
    return loading;
  }

  /** See `loadProblemMarks`. */
  problemMarks(): Promise<Uint16Array> {
    this.#problemMarks ??= this.index().then((index) => loadProblemMarks(this.#stores, index));
    return this.#problemMarks;
  }

  verdictsChanged(changes: readonly AppliedChange[]): void {
    this.#verdictVersion += 1;
    if (this.#slot?.loaded) this.#slot.loaded.apply(changes);
    else this.#slot?.missed.push(changes);
  }

  samplesChanged(): void {
    this.#verdictVersion += 1;
    this.#slot = null;
    this.#paths = null;
    this.#problemMarks = null;
    this.#runViews.clear();
  }

  #openSlot(): IndexSlot {
    const missed: (readonly AppliedChange[])[] = [];
    const promise = loadSampleIndex(this.#stores).then((index) => {
      for (const changes of missed) index.apply(changes);
      slot.loaded = index;
      return index;
    });
    const slot: IndexSlot = { promise, loaded: null, missed };
    promise.catch(() => {
      if (this.#slot === slot) this.#slot = null;
    });
    return slot;
  }
}
