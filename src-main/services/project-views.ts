/**
 * What is kept in memory of one open project, made when first asked for: the sample index with its paths and problem marks,
 * and a view of each run that is looked at. Follows verdicts as they change and is made anew after an import.
 */
import type { JournalEntry, VerdictChange } from '../core/dataset/decision.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { loadPathIndex, type PathIndex } from './path-index.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { JournalStep } from './ports/verdict-store.ts';
import { loadProblemMarks } from './problem-marks.ts';
import { loadRunView, type RunView } from './run-view.ts';
import { loadSampleIndex, type SampleIndex } from './sample-index.ts';

/** Two, so that comparing runs does not read them again and again. */
const keptRunViews = 2;

export type AppliedChange = Pick<VerdictChange, 'sampleId' | 'after'>;

interface IndexSlot {
  readonly promise: Promise<SampleIndex>;
  loaded: SampleIndex | null;
}

/** What another process did to the project. `other`: nothing that views are made of. */
export type ChangeElsewhere = 'samples' | 'verdicts' | 'other';

export class ProjectViews {
  readonly #stores: ProjectStores;
  readonly #runViews = new Map<RunId, Promise<RunView>>();
  #slot: IndexSlot | null = null;
  #paths: Promise<PathIndex> | null = null;
  #problemMarks: Promise<Uint32Array> | null = null;
  #mapPoints: Promise<Float32Array | null> | null = null;
  #verdictVersion = 0;
  #dataVersion: number;
  #importRevision: number;
  /** Every step of the journal up to here is in the index. */
  #lastStep: number;

  constructor(stores: ProjectStores) {
    this.#stores = stores;
    this.#dataVersion = stores.dataVersion();
    this.#importRevision = stores.samples.importRevision();
    this.#lastStep = stores.verdicts.latestStep();
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
  problemMarks(): Promise<Uint32Array> {
    this.#problemMarks ??= this.index().then((index) => loadProblemMarks(this.#stores, index));
    return this.#problemMarks;
  }

  /** Brings the views up to what other processes did since the last time; null where they did nothing. Cheap where they did nothing. */
  follow(): ChangeElsewhere | null {
    const dataVersion = this.#stores.dataVersion();
    if (dataVersion === this.#dataVersion) return null;
    this.#dataVersion = dataVersion;
    if (this.#stores.samples.importRevision() !== this.#importRevision) {
      this.samplesChanged();
      return 'samples';
    }
    if (this.#stores.verdicts.latestStep() === this.#lastStep) {
      this.findingsChanged();
      this.mapChanged();
      return 'other';
    }
    this.#takeSteps();
    return 'verdicts';
  }

  /** After the own process has put an entry in force. */
  verdictsChanged(entry: JournalEntry, changes: readonly AppliedChange[]): void {
    this.#takeSteps({ entry, changes });
  }

  /** x and y in [0, 1] per position of the index, NaN for what the map lacks; null without a map. */
  mapPoints(): Promise<Float32Array | null> {
    this.#mapPoints ??= this.index().then((index) => {
      const map = this.#stores.maps.read();
      if (map === null) return null;
      const points = new Float32Array(2 * index.count).fill(Number.NaN);
      map.sampleIds.forEach((id, place) => {
        const position = index.positionOf(id);
        if (position >= 0) points.set(map.points.subarray(2 * place, 2 * place + 2), 2 * position);
      });
      return points;
    });
    return this.#mapPoints;
  }

  /** After a new map was drawn. */
  mapChanged(): void {
    this.#verdictVersion += 1;
    this.#mapPoints = null;
  }

  /** After a check of the pictures; lists that depend on problems are made anew. */
  findingsChanged(): void {
    this.#verdictVersion += 1;
    this.#problemMarks = null;
  }

  samplesChanged(): void {
    this.#verdictVersion += 1;
    this.#importRevision = this.#stores.samples.importRevision();
    this.#slot = null;
    this.#paths = null;
    this.#problemMarks = null;
    this.#mapPoints = null;
    this.#runViews.clear();
  }

  /**
   * Puts the journal's new steps into the index, in their order, also those of other processes. What `own` names is not read again.
   */
  #takeSteps(own: { readonly entry: JournalEntry; readonly changes: readonly AppliedChange[] } | null = null): void {
    this.#verdictVersion += 1;
    // An index that is being read takes them when it is there: it may hold some of them and lack others.
    if (this.#slot !== null && this.#slot.loaded === null) return;
    const steps = this.#stores.verdicts.stepsAfter(this.#lastStep);
    this.#lastStep = steps.at(-1)?.id ?? this.#lastStep;
    for (const step of this.#slot === null ? [] : steps) {
      const isOwn = step === steps.at(-1) && step.entryId === own?.entry.id;
      this.#slot?.loaded?.apply(isOwn ? own.changes : this.#changesOf(step));
    }
  }

  #changesOf({ entryId, side }: JournalStep): readonly AppliedChange[] {
    return this.#stores.verdicts.changesOf(entryId).map((change) => ({
      sampleId: change.sampleId,
      after: change[side],
    }));
  }

  #openSlot(): IndexSlot {
    this.#lastStep = this.#stores.verdicts.latestStep();
    const promise = loadSampleIndex(this.#stores).then((index) => {
      slot.loaded = index;
      if (this.#slot === slot) this.#takeSteps();
      return index;
    });
    const slot: IndexSlot = { promise, loaded: null };
    promise.catch(() => {
      if (this.#slot === slot) this.#slot = null;
    });
    return slot;
  }
}
