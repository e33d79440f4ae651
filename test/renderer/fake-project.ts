/** A generated project in memory: pictures with scores, verdicts with an undo journal, and the queries Review asks. */
import type {
  ActionResult,
  ActionTarget,
  JournalEntryView,
  NoiseMatrix,
  ProjectId,
  ProjectStatus,
  RankedView,
  ReviewAction,
  ReviewFilter,
  ReviewPage,
  ReviewQuery,
  ReviewSummary,
  RunSummary,
  SampleDetail,
  WhyView,
} from '../../src-main/contract/payloads.ts';
import type { ClassId, RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { scoreNames, suspiciousEnd } from '../../src-main/core/ranking/run-scores.ts';
import type { ScoreName } from '../../src-main/core/ranking/run-scores.ts';
import { className, histogramOf, historyOf, makeRow, matchesFixed } from './fake-rows.ts';
import { after, wilson } from './fake-verdicts.ts';
import type { Verdict } from './fake-verdicts.ts';

export interface FakeProjectOptions {
  readonly samples?: number;
  readonly classes?: number;
  readonly trustedPerClass?: number;
  /** Share of wrong labels, in [0, 1]. */
  readonly noise?: number;
  readonly hasRun?: boolean;
  /** Class names of 40 characters. */
  readonly hasLongNames?: boolean;
}

interface Entry {
  readonly title: string;
  readonly createdAtMs: number;
  readonly changes: readonly { readonly sampleId: SampleId; readonly before: Verdict; readonly after: Verdict }[];
  state: JournalEntryView['state'];
}

/** Where the class counts put a decision. */
const countedAs = {
  ...({ keep: 'kept', both: 'kept', drop: 'dropped', neither: 'dropped' } as const),
  ...({ relabel: 'relabelled', unsure: 'unsure' } as const),
};
const startMs = Date.UTC(2026, 10, 21, 9, 0);
const runId = 1 as RunId;

export class FakeProject {
  readonly projectId = 'fake' as ProjectId;
  readonly classNames: readonly string[];
  readonly rows: readonly RankedView[];
  readonly hasRun: boolean;
  readonly #verdicts = new Map<SampleId, Verdict>();
  readonly #orders = new Map<ScoreName, readonly RankedView[]>();
  readonly #journal: Entry[] = [];

  constructor(options: FakeProjectOptions = {}) {
    const {
      samples = 400,
      classes = 3,
      trustedPerClass = 4,
      noise = 0.1,
      hasRun = true,
      hasLongNames = false,
    } = options;
    this.hasRun = hasRun;
    this.classNames = Array.from({ length: classes }, (_, index) => className(index, hasLongNames));
    const rowOptions = { classNames: this.classNames, hasRun, noise, samples };
    this.rows = Array.from({ length: samples }, (_, index) => makeRow(index, rowOptions));
    const trustedCount = Math.min(samples, trustedPerClass * classes);
    for (let step = 0; step < trustedCount; step += 1) {
      const row = this.rows[samples - 1 - step];
      if (row) this.#verdicts.set(row.id, { ...this.#verdictOf(row.id), trustedClassId: row.givenClassId });
    }
  }

  page(query: ReviewQuery, offset: number, limit: number): ReviewPage {
    const list = this.list(query);
    return { total: list.length, offset, rows: list.slice(offset, offset + limit).map((row) => this.#judged(row)) };
  }

  /** Rows of a list in its order, without verdicts. */
  list({ by, filter }: ReviewQuery): readonly RankedView[] {
    const order = this.#order(by);
    if (Object.keys(filter).length === 0) return order;
    return order.filter((row) => this.#matches(row, by, filter));
  }

  summary(query: ReviewQuery): ReviewSummary {
    const list = this.list(query);
    const count = { keep: 0, drop: 0, relabel: 0, unsure: 0, both: 0, neither: 0 };
    for (const row of list) {
      const { decision } = this.#verdictOf(row.id);
      if (decision) count[decision] += 1;
    }
    const wrong = count.drop + count.neither + count.relabel;
    return {
      total: list.length,
      decided: wrong + count.keep + count.both + count.unsure,
      kept: count.keep + count.both,
      dropped: count.drop + count.neither,
      relabelled: count.relabel,
      unsure: count.unsure,
      wrongShare: wilson(wrong, wrong + count.keep),
      histogram: this.hasRun ? histogramOf(list, query.by) : null,
      estimatedErrors: this.hasRun ? Math.round(this.rows.length * 0.1) : null,
    };
  }

  detail(sampleId: SampleId): SampleDetail {
    const row = this.rows[sampleId - 1];
    if (!row) throw new TouchstoneError('not-found', 'There is no such image.');
    const trusted = [...this.#verdicts].filter(([, verdict]) => verdict.trustedClassId !== null);
    const ofClass = (classId: ClassId | null) =>
      trusted
        .filter(([, verdict]) => verdict.trustedClassId === classId)
        .slice(0, 6)
        .flatMap(([id]) => this.rows.slice(id - 1, id).map((found) => this.#judged(found)));
    const rank = (this.#order('suspicion').indexOf(row) + 1) / (this.rows.length + 1);
    return {
      sample: this.#judged(row),
      run: this.hasRun ? this.run() : null,
      history: this.hasRun ? historyOf(row) : [],
      percentiles: Object.fromEntries(scoreNames.map((name, index) => [name, Math.max(0, 1 - rank - index * 0.01)])),
      problems:
        sampleId % 7 === 0 ? [{ path: row.path, kind: 'duplicate', reason: 'Same content as glass/other.png' }] : [],
      trustedOfGiven: ofClass(row.givenClassId),
      trustedOfSuggested: row.suggestedClassId === null ? [] : ofClass(row.suggestedClassId),
      duplicates: sampleId % 7 === 0 ? this.rows.slice(0, 1) : [],
      thinEvidence: null,
    };
  }

  /** Every class is mistaken for the next one, and for no other. */
  noiseMatrix(): NoiseMatrix | null {
    if (!this.hasRun) return null;
    const classIds = this.status().classes.map(({ classId }) => classId);
    const isNext = (row: number, column: number): boolean => column === (row + 1) % classIds.length;
    const fill = (own: number, next: number): number[][] =>
      classIds.map((_, row) => classIds.map((__, column) => (row === column ? own : isNext(row, column) ? next : 0)));
    return {
      ...{ runId: this.run().runId, classIds, probabilities: fill(0.9, 0.1), expectedCounts: fill(45, 5) },
      estimatedErrors: 5 * classIds.length,
    };
  }

  /** The trusted pictures of the given label speak for it, those of the suggested one against it. */
  why(sampleId: SampleId): WhyView | null {
    if (!this.hasRun) return null;
    const { sample, trustedOfGiven, trustedOfSuggested } = this.detail(sampleId);
    return {
      runId: this.run().runId,
      speaksFor: trustedOfGiven.slice(0, 4).map((trusted, place) => ({ sample: trusted, voice: 0.4 / (place + 1) })),
      speaksAgainst: trustedOfSuggested
        .slice(0, 4)
        .map((trusted, place) => ({ sample: trusted, voice: -1 / (place + 1) })),
      ...{ heard: trustedOfGiven.length + 2 * trustedOfSuggested.length, shareAgainst: 0.8 },
      neighbours: this.rows.slice(sampleId, sampleId + 8).map((near) => ({ sample: near, similarity: 0.9 })),
      sentence: `Learning ${sample.path} under its label: 80 % against.`,
    };
  }

  act(target: ActionTarget, action: ReviewAction): ActionResult {
    const ids = 'sampleIds' in target ? target.sampleIds : this.#idsOf(target.query, target.expectedCount);
    const changes = ids.flatMap((sampleId) => {
      const row = this.rows[sampleId - 1];
      if (!row) return [];
      return [{ sampleId, before: this.#verdictOf(sampleId), after: after(row, this.#verdictOf(sampleId), action) }];
    });
    for (const { sampleId, after: verdict } of changes) this.#verdicts.set(sampleId, verdict);
    for (const entry of this.#journal) if (entry.state === 'undone') entry.state = 'superseded';
    const title = `${action.kind} ${changes.length} ${changes.length === 1 ? 'picture' : 'pictures'}`;
    this.#journal.push({ title, createdAtMs: startMs, changes, state: 'done' });
    return this.#result(this.#journal.length - 1);
  }

  undo(): ActionResult {
    const index = this.#journal.findLastIndex(({ state }) => state === 'done');
    return this.#travel(index, 'undone');
  }

  redo(): ActionResult {
    const index = this.#journal.findIndex(({ state }) => state === 'undone');
    return this.#travel(index, 'done');
  }

  run(): RunSummary {
    return {
      runId,
      status: 'finished',
      settings: {
        network: 'head',
        method: 'l2rw',
        weighting: 'signed',
        epochs: 12,
        fineTuneEpochs: 0,
        batchSize: 100,
        trustedBatchSize: 30,
        learningRate: 0.1,
        momentum: 0.9,
        weightDecay: 0,
        schedule: 'cosine',
        rateDrops: [0.5, 0.75],
        normalisation: 'batch',
        dropout: 0.5,
        width: 1,
        microBatchSize: 0,
        imageSize: 224,
        augmentation: { shiftPixels: 0, mirror: false },
        seed: 1,
        engine: 'auto',
        backbone: 'mobilenet.onnx',
      },
      versions: {},
      createdAtMs: startMs,
      endedAtMs: startMs + 50_000,
      epochsDone: 12,
      trustedCount: 12,
      plateau: null,
      failure: null,
    };
  }

  status(): ProjectStatus {
    const decisions = { keep: 0, drop: 0, relabel: 0, unsure: 0, both: 0, neither: 0 };
    const classes = this.classNames.map((name, index) => ({
      classId: (index + 1) as ClassId,
      name,
      given: 0,
      trusted: 0,
      kept: 0,
      relabelled: 0,
      dropped: 0,
      unsure: 0,
    }));
    for (const row of this.rows) {
      const counts = classes[row.givenClassId - 1];
      const { decision, trustedClassId } = this.#verdictOf(row.id);
      if (!counts) continue;
      counts.given += 1;
      if (trustedClassId !== null) counts.trusted += 1;
      if (decision) decisions[decision] += 1;
      if (decision) counts[countedAs[decision]] += 1;
    }
    const done = this.#journal.findLast(({ state }) => state === 'done');
    const undone = this.#journal.find(({ state }) => state === 'undone');
    return {
      projectId: this.projectId,
      folder: '/home/user/Touchstone/trashnet-small',
      name: 'trashnet-small',
      isReadOnly: false,
      source: { folder: '/data/trashnet', labels: { kind: 'folders' } },
      samples: { present: this.rows.length, gone: 0 },
      problems: 2,
      classes,
      trusted: {
        total: classes.reduce((sum, { trusted }) => sum + trusted, 0),
        smallestPerClass: Math.min(...classes.map(({ trusted }) => trusted)),
        targetPerClass: 3,
      },
      runs: { total: this.hasRun ? 1 : 0, finished: this.hasRun ? 1 : 0, latest: this.hasRun ? this.run() : null },
      decisions,
      undo: done ? { title: done.title } : null,
      redo: undone ? { title: undone.title } : null,
      cacheBytes: 3_400_000,
    };
  }

  #idsOf(query: ReviewQuery, expectedCount: number): readonly SampleId[] {
    const list = this.list(query);
    if (list.length === expectedCount) return list.map(({ id }) => id);
    throw new TouchstoneError(
      'invalid-value',
      `The list holds ${list.length} images now, not ${expectedCount}. Nothing was changed: look at the list and try again.`,
    );
  }

  #travel(index: number, state: 'done' | 'undone'): ActionResult {
    const entry = this.#journal[index];
    if (!entry) return { entry: null, changed: 0, sampleIds: [] };
    entry.state = state;
    for (const { sampleId, before, after: later } of entry.changes) {
      this.#verdicts.set(sampleId, state === 'done' ? later : before);
    }
    return this.#result(index);
  }

  #result(index: number): ActionResult {
    const entry = this.#journal[index];
    if (!entry) return { entry: null, changed: 0, sampleIds: [] };
    const { title, createdAtMs, changes, state } = entry;
    return {
      entry: { id: index + 1, title, createdAtMs, changeCount: changes.length, state },
      changed: changes.length,
      sampleIds: changes.slice(0, 1000).map(({ sampleId }) => sampleId),
    };
  }

  #verdictOf(sampleId: SampleId): Verdict {
    return this.#verdicts.get(sampleId) ?? { decision: null, correctedClassId: null, trustedClassId: null };
  }

  #judged(row: RankedView): RankedView {
    return { ...row, ...this.#verdictOf(row.id) };
  }

  #order(by: ScoreName): readonly RankedView[] {
    const known = this.#orders.get(by);
    if (known) return known;
    const sign = suspiciousEnd[by] === 'largest' ? -1 : 1;
    const order = this.hasRun
      ? [...this.rows].sort(
          (left, right) => sign * ((left.scores[by] ?? 0) - (right.scores[by] ?? 0)) || left.id - right.id,
        )
      : this.rows;
    this.#orders.set(by, order);
    return order;
  }

  #matches(row: RankedView, by: ScoreName, filter: ReviewFilter): boolean {
    const { decision, trustedClassId } = this.#verdictOf(row.id);
    const { decisions, trusted, hasProblem } = filter;
    return (
      matchesFixed(row, by, filter) &&
      (!decisions || decisions.includes(decision ?? 'none')) &&
      (trusted === undefined || (trustedClassId !== null) === trusted) &&
      (hasProblem === undefined || (row.id % 7 === 0) === hasProblem)
    );
  }
}
