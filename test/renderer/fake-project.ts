/** A generated project in memory: pictures with scores, verdicts with an undo journal, and the queries Review asks. */
import type {
  ActionResult,
  ActionTarget,
  EpochPoint,
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
import type { DecisionKind } from '../../src-main/core/dataset/decision.ts';
import type { ClassId, RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { scoreNames, suspiciousEnd } from '../../src-main/core/reweight/signals.ts';
import type { ScoreName } from '../../src-main/core/reweight/signals.ts';
import { hashUnit } from './fake-random.ts';

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

interface Verdict {
  readonly decision: DecisionKind | null;
  readonly correctedClassId: ClassId | null;
  readonly trustedClassId: ClassId | null;
}

interface Entry {
  readonly title: string;
  readonly createdAtMs: number;
  readonly changes: readonly { readonly sampleId: SampleId; readonly before: Verdict; readonly after: Verdict }[];
  state: JournalEntryView['state'];
}

const words = ['glass', 'metal', 'paper', 'plastic', 'cardboard', 'textile', 'ceramic', 'rubber', 'wood', 'foil'];
const startMs = Date.UTC(2026, 10, 21, 9, 0);
const runId = 1 as RunId;

function className(index: number, isLong: boolean): string {
  const word = words[index % words.length] ?? 'glass';
  const name = index < words.length ? word : `${word} ${Math.floor(index / words.length) + 1}`;
  return isLong ? `${name} ${'container without a lid, seen from above'.slice(0, 39 - name.length)}` : name;
}

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
    this.rows = Array.from({ length: samples }, (_, index) => this.#makeRow(index, noise, samples));
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
    const count = { keep: 0, drop: 0, relabel: 0, unsure: 0 };
    for (const row of list) {
      const { decision } = this.#verdictOf(row.id);
      if (decision) count[decision] += 1;
    }
    const wrong = count.drop + count.relabel;
    return {
      total: list.length,
      decided: wrong + count.keep + count.unsure,
      kept: count.keep,
      dropped: count.drop,
      relabelled: count.relabel,
      unsure: count.unsure,
      wrongShare: wilson(wrong, wrong + count.keep),
      histogram: this.hasRun ? histogramOf(list, query.by) : null,
      estimatedErrors: this.hasRun ? Math.round(this.rows.length * 0.1) : null,
    };
  }

  detail(sampleId: SampleId): SampleDetail {
    const row = this.rows[sampleId - 1];
    if (!row) throw new TouchstoneError('not-found', 'There is no such picture.');
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
      speaksFor: trustedOfGiven.map((trusted) => ({ sample: trusted, voice: 0.2 })),
      speaksAgainst: trustedOfSuggested.map((trusted) => ({ sample: trusted, voice: -1 })),
      neighbours: this.rows.slice(sampleId, sampleId + 8).map((near) => ({ sample: near, similarity: 0.9 })),
      sentence: `Learning ${sample.path} under its label works against ${trustedOfSuggested.length} trusted images.`,
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
      failure: null,
    };
  }

  status(): ProjectStatus {
    const decisions = { keep: 0, drop: 0, relabel: 0, unsure: 0 };
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
      if (decision)
        counts[({ keep: 'kept', drop: 'dropped', relabel: 'relabelled', unsure: 'unsure' } as const)[decision]] += 1;
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
      `The list holds ${list.length} pictures now, not ${expectedCount}. Nothing was changed: look at the list and try again.`,
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

  #makeRow(index: number, noise: number, samples: number): RankedView {
    const classCount = this.classNames.length;
    const isWrong = hashUnit(index, 1) < noise;
    const given = Math.floor(hashUnit(index, 2) ** 1.3 * classCount);
    const suggested = isWrong ? (given + 1 + Math.floor(hashUnit(index, 3) * (classCount - 1))) % classCount : given;
    const evidence = (isWrong ? 1.6 : -1.4) + 1.1 * (hashUnit(index, 4) + hashUnit(index, 5) - 1);
    const isSmall = hashUnit(index, 6) < 0.15;
    return {
      id: (index + 1) as SampleId,
      path: `${this.classNames[given] ?? ''}/picture-${String(index + 1).padStart(6, '0')}.png`,
      contentHash: String(index),
      width: isSmall ? 32 : 640,
      height: isSmall ? 32 : 420 + Math.floor(hashUnit(index, 7) * 400),
      sizeBytes: 48_000,
      presence: 'present',
      givenClassId: (given + 1) as ClassId,
      trustedClassId: null,
      decision: null,
      correctedClassId: null,
      rankPosition: this.hasRun ? Math.min(samples, index + 1) : null,
      scores: this.hasRun ? scoresOf(evidence) : noScores,
      visits: this.hasRun ? 12 : 0,
      suggestedClassId: this.hasRun ? ((suggested + 1) as ClassId) : null,
      suggestedProbability: this.hasRun ? 0.5 + 0.5 * hashUnit(index, 8) : null,
    };
  }
}

/** The conditions that no verdict changes. */
function matchesFixed(row: RankedView, by: ScoreName, filter: ReviewFilter): boolean {
  const { givenClassIds, suggestedClassIds, scoreRange, text } = filter;
  const score = row.scores[by] ?? 0;
  return (
    (!givenClassIds || givenClassIds.includes(row.givenClassId)) &&
    (!suggestedClassIds || (row.suggestedClassId !== null && suggestedClassIds.includes(row.suggestedClassId))) &&
    score >= (scoreRange?.from ?? -Infinity) &&
    score <= (scoreRange?.to ?? Infinity) &&
    (!text || row.path.toLowerCase().includes(text.toLowerCase()))
  );
}

const noScores: RankedView['scores'] = {
  suspicion: null,
  weight: null,
  alignment: null,
  cosine: null,
  harm: null,
  margin: null,
  loss: null,
  probability: null,
};

function scoresOf(evidence: number): RankedView['scores'] {
  const probability = 1 / (1 + Math.exp(2 * evidence));
  return {
    suspicion: evidence,
    weight: Math.max(0, 1 - evidence),
    alignment: -evidence,
    cosine: -Math.tanh(evidence),
    harm: Math.max(0, evidence),
    margin: -2 * evidence,
    loss: -Math.log(probability),
    probability,
  };
}

function historyOf(row: RankedView): EpochPoint[] {
  const evidence = row.scores.suspicion ?? 0;
  return Array.from({ length: 12 }, (_, epochIndex) => {
    const wobble = hashUnit(row.id, 20 + epochIndex) - 0.5;
    const margin = -2 * evidence * Math.min(1, epochIndex / 5) + wobble;
    return {
      epochIndex,
      visits: 1,
      weight: Math.max(0, 1 - evidence * Math.min(1, epochIndex / 4) + wobble * 0.4),
      alignment: -evidence,
      cosine: -Math.tanh(evidence),
      harm: Math.max(0, evidence),
      margin,
      loss: 1,
      probability: 0.5,
      predictedClassId: margin < 0 ? row.suggestedClassId : row.givenClassId,
    };
  });
}

function after(row: RankedView, before: Verdict, action: ReviewAction): Verdict {
  switch (action.kind) {
    case 'keep':
    case 'drop':
    case 'unsure':
      return { ...before, decision: action.kind, correctedClassId: null };
    case 'clear':
      return { ...before, decision: null, correctedClassId: null };
    case 'accept':
      return { ...before, decision: 'relabel', correctedClassId: row.suggestedClassId };
    case 'relabel':
      return { ...before, decision: 'relabel', correctedClassId: action.classId };
    case 'trust':
      return { ...before, trustedClassId: action.classId ?? row.givenClassId };
    case 'distrust':
      return { ...before, trustedClassId: null };
  }
}

function histogramOf(list: readonly RankedView[], by: ScoreName): ReviewSummary['histogram'] {
  if (list.length === 0) return null;
  let from = Infinity;
  let to = -Infinity;
  for (const { scores } of list) {
    from = Math.min(from, scores[by] ?? 0);
    to = Math.max(to, scores[by] ?? 0);
  }
  const counts = new Array<number>(60).fill(0);
  for (const { scores } of list) {
    const bin = Math.min(59, Math.floor((((scores[by] ?? 0) - from) / (to - from || 1)) * 60));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, to, counts };
}

function wilson(hits: number, total: number): ReviewSummary['wrongShare'] {
  if (total === 0) return null;
  const z = 1.96;
  const share = hits / total;
  const centre = (share + z ** 2 / (2 * total)) / (1 + z ** 2 / total);
  const half = (z / (1 + z ** 2 / total)) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
