/** The audit: pictures drawn at random, judged one by one, and what follows for all of them; beside it the self-test. No DOM. */
import type { AuditJudgement, MethodInput, MethodName, MethodOutput } from '../../../src-main/contract/methods.ts';
import type {
  ActionResult,
  AuditReport,
  AuditState,
  JobState,
  ProjectId,
  SampleView,
  SelfTestReport,
} from '../../../src-main/contract/payloads.ts';
import type { ClassId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import { coalesce } from '../../lib/coalesce.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { selfTestOf } from '../frame/job-results.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';

/** Draws of a first audit: narrow enough to act on, ten minutes of work. And of each one after it. */
export const firstDraws = 100;
export const moreDraws = 50;
/** What reviewing is imagined of while no wrong label is known: one sitting. */
const firstCut = 50;
/** Places along the list at which recall and precision are asked for, beside the user's own cut. */
const curvePlaces = 12;

/** `wrong` without a class: nobody can say what is right. */
export type AuditAnswer = { readonly kind: 'right' | 'wrong' } | { readonly kind: 'class'; readonly classId: ClassId };

/** A drawn picture. It keeps its place, so that one can go back to it. */
export interface AuditEntry {
  readonly sample: SampleView;
  readonly answer: AuditAnswer | null;
  /** What an undo took back, for a redo. */
  readonly undoneAnswer: AuditAnswer | null;
}

export class AuditWork {
  readonly app: AppState;
  readonly projectId: ProjectId;
  readonly selfTest: JobSlot;
  state = $state.raw<AuditState | null>(null);
  report = $state.raw<AuditReport | null>(null);
  entries = $state.raw<readonly AuditEntry[]>([]);
  index = $state(0);
  /** Pictures from the top of the list that the user thinks of reviewing: what the estimate proposes until another is chosen; null before it. */
  cut = $state<number | null>(null);
  #isCutChosen = false;
  classSearch = $state<string | null>(null);
  isLoaded = $state(false);
  isDrawing = $state(false);
  selfTestReport = $state.raw<SelfTestReport | null>(null);
  readonly current = $derived.by<AuditEntry | null>(() => this.entries[this.index] ?? null);
  readonly ahead = $derived.by(() => this.entries.slice(this.index + 1, this.index + 4).map(({ sample }) => sample));
  readonly classes = $derived.by(() => this.app.project?.classes ?? []);
  readonly hasRun = $derived.by(() => (this.app.project?.runs.finished ?? 0) > 0);
  readonly refreshReport: () => Promise<void>;

  constructor(app: AppState, projectId: ProjectId) {
    this.app = app;
    this.projectId = projectId;
    this.refreshReport = coalesce(() => this.#loadReport());
    const onEnd = (job: JobState): void => {
      this.selfTestReport = selfTestOf(job) ?? this.selfTestReport;
    };
    this.selfTest = new JobSlot(app, { kind: 'self-test', projectId, isShared: true, onEnd });
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [
      this.selfTest.attach(),
      this.app.onUndo((result) => void this.#onTravel(result)),
      this.app.onReconnect(() => void this.load()),
      this.app.api.on('project/changed', ({ projectId, what }) => {
        if (projectId !== this.projectId || !this.isLoaded) return;
        if (what === 'runs') this.#isCutChosen = false;
        void this.refreshReport();
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  /** Loads what the page shows, each time it is opened. Pictures judged on this page keep their places. */
  async load(): Promise<void> {
    if (!this.hasRun) return;
    const state = await this.#call('audit/list', {});
    if (state) this.#take(state);
    this.selfTestReport = (await this.#call('self-test/last', {})) ?? this.selfTestReport;
    await this.refreshReport();
    this.isLoaded = true;
  }

  nameOf = (classId: ClassId): string =>
    this.classes.find((counts) => counts.classId === classId)?.name ?? `class ${classId}`;

  async draw(size: number): Promise<void> {
    if (this.isDrawing) return;
    this.isDrawing = true;
    const state = await this.#call('audit/draw', { size });
    this.isDrawing = false;
    if (!state) return;
    this.#take(state);
    await this.refreshReport();
  }

  async confirm(): Promise<void> {
    await this.answer({ kind: 'right' });
  }

  /** Answers for the picture that is shown at the moment of the call, and goes on to the next at once. */
  async answer(answer: AuditAnswer): Promise<void> {
    const { current, index } = this;
    if (!current) return;
    const { sample } = current;
    this.classSearch = null;
    this.#patch(sample.id, { answer, undoneAnswer: null });
    this.#advance();
    const state = await this.#call('audit/record', { items: [judgementOf(sample, answer)] });
    if (state) this.state = state;
    else {
      this.#patch(sample.id, { answer: current.answer });
      this.index = index;
    }
    await Promise.all([this.refreshReport(), this.app.refreshProject()]);
  }

  skip(): void {
    this.#advance();
  }

  back(): void {
    this.index = Math.max(0, this.index - 1);
  }

  /** Asks what reviewing that many pictures from the top would find. */
  async setCut(cut: number): Promise<void> {
    this.cut = cut;
    this.#isCutChosen = true;
    await this.refreshReport();
  }

  /** Shows in Review exactly the pictures that the cut's numbers speak of. */
  async showCut(): Promise<void> {
    const { cut, report } = this;
    if (cut === null || !report || cut < 1) return;
    const query = { by: 'suspicion', filter: {} } as const;
    const page = await this.#call('review/page', { query, offset: cut - 1, limit: 1 });
    const score = page?.rows[0]?.scores.suspicion;
    if (score !== undefined && score !== null) this.app.showPictures({ scoreRange: { from: score } });
  }

  async startSelfTest(): Promise<void> {
    this.selfTestReport = null;
    await this.selfTest.start(this.app.api.call('self-test/start', { projectId: this.projectId }));
  }

  async cancelSelfTest(): Promise<void> {
    await this.selfTest.cancel();
  }

  #advance(): void {
    let next = Math.min(this.index + 1, this.entries.length);
    while (this.entries[next]?.answer) next += 1;
    this.index = next;
  }

  /** New draws go behind what is on the page already. */
  #take(state: AuditState): void {
    this.state = state;
    const known = new Set(this.entries.map(({ sample }) => sample.id));
    const pending = new Set(state.pending.map(({ id }) => id));
    const fresh = state.pending.filter(({ id }) => !known.has(id));
    // What another window judged is not asked again here.
    const kept = this.entries.filter(({ sample, answer }) => answer !== null || pending.has(sample.id));
    const place = this.current && kept.indexOf(this.current);
    this.entries = [...kept, ...fresh.map((sample) => ({ sample, answer: null, undoneAnswer: null }))];
    const firstOpen = this.entries.findIndex(({ answer }) => answer === null);
    this.index = place !== null && place >= 0 ? place : firstOpen < 0 ? this.entries.length : firstOpen;
  }

  async #loadReport(): Promise<void> {
    if (!this.hasRun) return;
    const whole = await this.#call('audit/report', { cuts: [] });
    if (!whole) return;
    if (whole.wrongLabels === null || whole.suspects === 0) {
      this.report = whole;
      return;
    }
    const proposed = Math.min(whole.suspects, Math.round(whole.wrongLabels.value) || firstCut);
    const cut = this.#isCutChosen && this.cut !== null ? this.cut : proposed;
    this.cut = cut;
    const cuts = [...new Set([...curveSizes(whole.suspects, cut), cut])].sort((a, b) => a - b);
    this.report = (await this.#call('audit/report', { cuts })) ?? this.report;
  }

  /** An undo takes the judgement back with the verdict and leads to its picture; a redo gives the answer again. */
  async #onTravel({ entry, sampleIds }: ActionResult): Promise<void> {
    const [sampleId] = sampleIds;
    const index = this.entries.findIndex(({ sample }) => sample.id === sampleId);
    const found = this.entries[index];
    if (!found || !entry || sampleId === undefined || sampleIds.length > 1) return;
    const isUndone = entry.state === 'undone';
    if (isUndone ? !found.answer : !found.undoneAnswer) return;
    const answer = isUndone ? null : found.undoneAnswer;
    this.#patch(sampleId, { answer, undoneAnswer: isUndone ? found.answer : null });
    this.index = index;
    if (!isUndone) this.#advance();
    const item = answer ? judgementOf(found.sample, answer) : ({ sampleId, kind: 'none' } as const);
    const state = await this.#call('audit/record', { items: [item] });
    if (state) this.state = state;
    await this.refreshReport();
  }

  #patch(sampleId: SampleId, change: Partial<AuditEntry>): void {
    this.entries = this.entries.map((entry) => (entry.sample.id === sampleId ? { ...entry, ...change } : entry));
  }

  /** Null after a failure, which has then been shown. */
  #call<M extends MethodName>(name: M, input: Omit<MethodInput<M>, 'projectId'>): Promise<MethodOutput<M> | null> {
    const whole = { projectId: this.projectId, ...input } as unknown as MethodInput<M>;
    return this.app.attempt(this.app.api.call(name, whole));
  }
}

/** Sizes of the beginning of the list, close together where the errors are. */
function curveSizes(suspects: number, cut: number): number[] {
  const end = Math.min(suspects, Math.max(4 * cut, 20));
  return Array.from({ length: curvePlaces }, (_, place) => Math.max(1, Math.round(((place + 1) / curvePlaces) * end)));
}

function judgementOf({ id, givenClassId }: SampleView, answer: AuditAnswer): AuditJudgement {
  if (answer.kind === 'class' && answer.classId !== givenClassId) {
    return { sampleId: id, kind: 'wrong', classId: answer.classId };
  }
  return answer.kind === 'wrong' ? { sampleId: id, kind: 'wrong' } : { sampleId: id, kind: 'right' };
}
