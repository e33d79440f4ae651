/** The Review page: the list, what has the focus, what is selected, and what the user does to it. No DOM. */
import type {
  ActionTarget,
  ProjectId,
  RankedView,
  ReviewAction,
  ReviewFilter,
  ReviewQuery,
  RunSummary,
} from '../../../src-main/contract/payloads.ts';
import type { ClassId, RunId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';
import type { ScoreName } from '../../../src-main/core/ranking/run-scores.ts';
import { coalesce } from '../../lib/coalesce.ts';
import type { GridMove } from '../../lib/grid-layout.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { noSuggestionWords, rowAfter } from './action-words.ts';
import { FocusDetail } from './focus-detail.svelte.ts';
import { GridView } from './grid-view.svelte.ts';
import { RankedList } from './ranked-list.svelte.ts';
import { ReviewTools, withoutSimilar } from './review-tools.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { SuspectsState } from './suspects-state.svelte.ts';

/** Above this many pictures an action asks once. */
const askAbove = 50;
/** Pictures whose details are fetched ahead of the focus. */
const fetchedAhead = 2;

/** An action that waits for its question to be answered, bound to what was shown when the key was pressed. */
export interface PendingAction {
  readonly action: ReviewAction;
  readonly target: ActionTarget;
  readonly count: number;
}

export class ReviewState {
  readonly app: AppState;
  readonly projectId: ProjectId;
  readonly list: RankedList;
  readonly view = new GridView();
  readonly selection = new Selection();
  readonly focusDetail: FocusDetail;
  readonly suspects: SuspectsState;
  readonly tools: ReviewTools;
  runs = $state.raw<readonly RunSummary[]>([]);
  pending = $state.raw<PendingAction | null>(null);
  isLarge = $state(false);
  /** What was typed into the choice of a class; null while it is closed. */
  classSearch = $state<string | null>(null);
  readonly focused = $derived.by<RankedView | null>(() => this.list.rowAt(this.view.focusIndex));
  readonly classes = $derived.by(() => this.app.project?.classes ?? []);
  readonly #classNames = $derived(new Map(this.classes.map(({ classId, name }) => [classId, name])));
  readonly refresh: () => Promise<void>;
  #ranging: Promise<void> = Promise.resolve();
  #loadingRuns: Promise<void> = Promise.resolve();
  #endings: (() => void)[] = [];

  constructor(app: AppState, projectId: ProjectId) {
    const { api } = app;
    const onError = (error: unknown) => app.reportError(error);
    this.app = app;
    this.projectId = projectId;
    this.list = new RankedList(
      (query, offset, limit, signal) => api.call('review/page', { projectId, query, offset, limit }, { signal }),
      onError,
    );
    this.focusDetail = new FocusDetail(
      (sampleId, signal) => this.app.api.call('review/sample', this.#sampleInput(sampleId), { signal }),
      (sampleId, signal) => this.app.api.call('review/why', this.#sampleInput(sampleId), { signal }),
      onError,
    );
    this.suspects = new SuspectsState(api, projectId);
    this.tools = new ReviewTools(this);
    this.refresh = coalesce(() => this.#refresh());
  }

  /** Loads the list and follows the host. Returns the function that ends it. */
  start(): () => void {
    this.#endings = [
      this.app.api.on('project/changed', ({ projectId, what }) => {
        if (projectId !== this.projectId) return;
        if (what === 'runs') void this.#followRuns();
        else void this.refresh();
      }),
      this.app.onReconnect(() => void this.refresh()),
      this.tools.start(),
      this.app.onUndo(({ sampleIds }) => void this.#goBackTo(sampleIds)),
    ];
    this.#loadingRuns = this.#loadRuns();
    void this.show(this.list.query);
    return () => {
      for (const end of this.#endings) end();
    };
  }

  nameOf = (classId: ClassId): string => this.#classNames.get(classId) ?? `class ${classId}`;

  /** Shows another list from its start. */
  async show(query: ReviewQuery): Promise<void> {
    if (!(await this.list.show(query))) return;
    this.app.shownFilter = query.filter;
    this.selection.clear();
    this.view.count = this.list.total;
    this.view.focus(0);
    this.view.moveTo(0);
    this.#showFocused();
    await this.#loadNumbers();
  }

  setFilter(filter: ReviewFilter): Promise<void> {
    return this.show({ ...this.list.query, filter });
  }

  /** A score range speaks of the old score, so another order drops it. */
  setOrder(by: ScoreName): Promise<void> {
    const { scoreRange: _range, ...filter } = this.list.query.filter;
    return this.show({ ...withoutSimilar(this.list.query), by, filter });
  }

  setRun(runId: RunId | null): Promise<void> {
    const { runId: _old, ...query } = this.list.query;
    return this.show(runId === null ? query : { ...query, runId });
  }

  async moveCut(cutScore: number): Promise<void> {
    await this.app.attempt(this.suspects.moveCut(this.list.query, cutScore));
  }

  /** Moves the cut so that the picture at an index is the first behind it. */
  async moveCutTo(index: number): Promise<void> {
    const score = this.list.rowAt(index - 1)?.scores[this.list.query.by];
    if (score !== undefined && score !== null) await this.moveCut(score);
  }

  focus(index: number): void {
    this.view.focus(index);
    this.selection.anchorIndex = null;
    this.#showFocused();
  }

  move(move: GridMove, isRange: boolean): void {
    const index = this.view.target(move);
    if (isRange) this.stretchTo(index);
    else this.focus(index);
  }

  toggleSelected(index: number): void {
    const row = this.list.rowAt(index);
    this.focus(index);
    if (row) this.selection.toggle(row.id, index);
  }

  /** Selects everything between where the range began and here. Ids that are not loaded are fetched; an action waits for them. */
  stretchTo(index: number): void {
    this.selection.startRange(this.view.focusIndex);
    const anchor = this.selection.anchorIndex ?? index;
    this.view.focus(index);
    this.#showFocused();
    const offset = Math.min(anchor, index);
    this.#ranging = this.#selectRange(offset, Math.abs(anchor - index) + 1);
  }

  selectEverything(): void {
    this.selection.selectEverything(this.list.query, this.list.total);
  }

  /** Selects everything before the cut. */
  selectSuspects(): void {
    const { cutIndex } = this.suspects;
    if (cutIndex === null || cutIndex === 0) return;
    this.selection.clear();
    this.selection.startRange(0);
    this.#ranging = this.#selectRange(0, cutIndex);
  }

  /** Does an action to what is selected, else to the focused picture, as they are at the moment of the call. */
  async act(action: ReviewAction): Promise<void> {
    const { focused } = this;
    if (this.selection.anchorIndex !== null) await this.#ranging;
    const bound = this.selection.target(focused?.id ?? null);
    if (!bound) return;
    if (bound.count > askAbove) this.pending = { action, ...bound };
    else if (this.selection.count === 0 && focused) await this.#actOnOne(action, focused);
    else await this.#apply(action, bound.target);
  }

  /** To name the class that the picture has already is to keep it. */
  async #actOnOne(action: ReviewAction, row: RankedView): Promise<void> {
    if ((action.kind === 'accept' || action.kind === 'both') && row.suggestedClassId === null) {
      this.app.inform(noSuggestionWords(row, this.nameOf));
      return;
    }
    const isAsGiven = action.kind === 'relabel' && action.classId === row.givenClassId;
    await this.#apply(isAsGiven ? { kind: 'keep' } : action, { sampleIds: [row.id] });
  }

  async confirmPending(): Promise<void> {
    const { pending } = this;
    this.pending = null;
    if (pending) await this.#apply(pending.action, pending.target);
  }

  /** Moves the focus to the next picture without a decision, else to the next one. */
  goToNextOpen(): void {
    this.focus(this.#nextOpen(this.view.focusIndex + 1));
  }

  /** Brings a picture into focus where the list holds it. */
  async goTo(sampleId: SampleId): Promise<void> {
    const index = await this.#locate(sampleId);
    if (index === null) this.app.inform('This image is not in the list that is shown.');
    else this.focus(index);
  }

  needRange(start: number, end: number): void {
    void this.list.need(start, end).then(() => this.#showFocused());
  }

  async #apply(action: ReviewAction, target: ActionTarget): Promise<void> {
    const { runId } = this.list.query;
    if ('sampleIds' in target) {
      this.list.patch(new Set(target.sampleIds), (row) => rowAfter(row, action));
      this.#advance(target.sampleIds);
    }
    this.selection.clear();
    const input = { projectId: this.projectId, target, action, ...(runId === undefined ? {} : { runId }) };
    const result = await this.app.attempt(this.app.api.call('decide/apply', input));
    if (result?.entry) this.app.inform(result.entry.title);
    await Promise.all([this.refresh(), this.app.refreshProject()]);
  }

  /** After an action the focus goes to the next suspect behind the last picture it was for. */
  #advance(sampleIds: readonly SampleId[]): void {
    const indexes = sampleIds.map((id) => this.list.indexOf(id)).filter((index) => index !== null);
    if (indexes.length > 0) this.focus(this.#nextOpen(Math.max(...indexes) + 1));
  }

  #nextOpen(from: number): number {
    for (let index = from; index < this.list.total; index += 1) {
      const row = this.list.rowAt(index);
      if (!row) break;
      if (row.decision === null && row.trustedClassId === null) return index;
    }
    return Math.min(from, this.list.total - 1);
  }

  async #selectRange(offset: number, limit: number): Promise<void> {
    const rows = Array.from({ length: limit }, (_, step) => this.list.rowAt(offset + step)?.id);
    const loaded = rows.filter((id) => id !== undefined);
    if (loaded.length === limit) {
      this.selection.setRange(loaded);
      return;
    }
    const { query } = this.list;
    const ids = await this.app.attempt(
      this.app.api.call('review/ids', { projectId: this.projectId, query, offset, limit }),
    );
    if (ids && query === this.list.query) this.selection.setRange(ids);
  }

  /** New rows in place of the old; the focus stays on its picture, and the picture where it is on the screen. */
  async #refresh(): Promise<void> {
    const focusedId = this.focused?.id ?? null;
    const index = this.view.focusIndex;
    await this.list.refresh();
    this.view.count = this.list.total;
    if (focusedId !== null && this.view.focusIndex === index && this.focused?.id !== focusedId) {
      const found = await this.#locate(focusedId);
      if (this.view.focusIndex === index) this.view.shiftFocus(found ?? Math.min(index, this.list.total - 1));
      await this.list.need(this.view.range.start, this.view.range.end);
    }
    await Promise.all([this.focusDetail.refresh(), this.#loadNumbers()]);
    this.#showFocused();
  }

  async #goBackTo(sampleIds: readonly SampleId[]): Promise<void> {
    await this.refresh();
    const [sampleId] = sampleIds;
    if (sampleId === undefined) return;
    const index = await this.#locate(sampleId);
    if (index !== null) this.focus(index);
  }

  async #locate(sampleId: SampleId): Promise<number | null> {
    const { query } = this.list;
    const found = await this.app.attempt(
      this.app.api.call('review/locate', { projectId: this.projectId, query, sampleId }),
    );
    return found?.offset ?? null;
  }

  #showFocused(): void {
    const { focusIndex } = this.view;
    const ahead = Array.from({ length: fetchedAhead }, (_, step) => this.list.rowAt(focusIndex + step + 1)?.id);
    void this.focusDetail.show(
      this.focused?.id ?? null,
      ahead.filter((id) => id !== undefined),
    );
  }

  #sampleInput(sampleId: SampleId) {
    const { runId } = this.list.query;
    return { projectId: this.projectId, sampleId, ...(runId === undefined ? {} : { runId }) };
  }

  /** The run that the list is really ranked by. */
  get #rankingRun(): RunId | null {
    return this.list.query.runId ?? this.runs.find(({ status }) => status === 'finished')?.runId ?? null;
  }

  /** A new ranking is shown from its start, but for one who is in the middle of the old: nothing jumps under the hand. */
  async #followRuns(): Promise<void> {
    const before = this.#rankingRun;
    this.#loadingRuns = this.#loadRuns();
    await this.#loadingRuns;
    if (this.#rankingRun !== before && this.app.page !== 'review') await this.show(this.list.query);
    else await this.refresh();
  }

  async #loadNumbers(): Promise<void> {
    try {
      await this.#loadingRuns;
      await this.suspects.load(this.list.query, this.#rankingRun);
    } catch (error) {
      if (!isTouchstoneError(error, 'cancelled')) this.app.reportError(error);
    }
  }

  async #loadRuns(): Promise<void> {
    const runs = await this.app.attempt(this.app.api.call('train/list-runs', { projectId: this.projectId }));
    if (runs) this.runs = runs;
  }
}
