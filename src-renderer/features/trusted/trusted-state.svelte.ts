/** The coach of the trusted set: the pictures it proposes, the user's answers, and how good the set is. No DOM. */
import type {
  ActionResult,
  ProjectId,
  ReviewAction,
  TrustHealth,
  TrustSuggestion,
} from '../../../src-main/contract/payloads.ts';
import type { ClassId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import { coalesce } from '../../lib/coalesce.ts';
import type { AppState } from '../frame/app-state.svelte.ts';

/** What the user said of a picture: it is of this class, or nobody can tell. */
export type Answer = { readonly kind: 'class'; readonly classId: ClassId } | { readonly kind: 'unsure' };

/** A proposed picture. It keeps its place, so that one can go back to it. */
export interface CoachEntry {
  readonly suggestion: TrustSuggestion;
  readonly answer: Answer | null;
  /** What an undo took back, for a redo. */
  readonly undoneAnswer: Answer | null;
}

function actionOf(answer: Answer, givenClassId: ClassId): ReviewAction {
  if (answer.kind === 'unsure') return { kind: 'unsure' };
  return answer.classId === givenClassId ? { kind: 'trust' } : { kind: 'trust', classId: answer.classId };
}

/** More is fetched when fewer than this are left, so that the next picture is always there. */
const leastAhead = 4;
/** What the target is raised to: measured to help where pictures are unlike photographs. */
export const raisedTarget = 10;

export class TrustedState {
  readonly app: AppState;
  readonly projectId: ProjectId;
  entries = $state.raw<readonly CoachEntry[]>([]);
  index = $state(0);
  health = $state.raw<TrustHealth | null>(null);
  /** Pictures per class to check; the host's target until the user raises it. */
  goal = $state<number | null>(null);
  /** What was typed into the choice of a class; null while it is closed. */
  classSearch = $state<string | null>(null);
  isLoaded = $state(false);
  readonly current = $derived.by<CoachEntry | null>(() => this.entries[this.index] ?? null);
  /** The pictures after this one, to be loaded ahead. */
  readonly ahead = $derived.by(() =>
    this.entries.slice(this.index + 1, this.index + 4).map((entry) => entry.suggestion),
  );
  readonly classes = $derived.by(() => this.app.project?.classes ?? []);
  readonly target = $derived.by(() => this.goal ?? this.health?.targetPerClass ?? 0);
  /** Nothing is left to propose, and every class that has pictures has its part. */
  readonly isDone = $derived.by(
    () => this.isLoaded && this.current === null && this.#asked === 0 && this.#onTheWay.length === 0,
  );
  /** Trusted pictures per class, answers that are on their way included. */
  readonly trustedCounts = $derived.by<ReadonlyMap<ClassId, number>>(() => this.#countTrusted());
  readonly refreshHealth: () => Promise<void>;
  #onTheWay = $state.raw<readonly CoachEntry[]>([]);
  readonly #fetchMore: () => Promise<void>;
  /** Questions for more pictures that are still open: until they are answered nobody knows whether this was all. */
  #asked = $state(0);
  #isExhausted = false;

  constructor(app: AppState, projectId: ProjectId) {
    this.app = app;
    this.projectId = projectId;
    this.refreshHealth = coalesce(() => this.#loadHealth());
    const suggest = coalesce(() => this.#suggest());
    this.#fetchMore = async () => {
      this.#asked += 1;
      await suggest();
      this.#asked -= 1;
    };
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [
      this.app.onUndo((result) => this.#onTravel(result)),
      this.app.onReconnect(() => void this.load()),
      this.app.api.on('project/changed', ({ projectId, what }) => {
        if (projectId !== this.projectId) return;
        if (what === 'samples') this.#reset();
        if (this.isLoaded) void this.refreshHealth();
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  /** Loads what the page shows, each time it is opened. Answers already given stay where they are. */
  async load(): Promise<void> {
    this.#isExhausted = false;
    await this.refreshHealth();
    await this.#fetchMore();
    this.isLoaded = true;
  }

  nameOf = (classId: ClassId): string =>
    this.classes.find((counts) => counts.classId === classId)?.name ?? `class ${classId}`;

  /** The label is right. */
  async confirm(): Promise<void> {
    const { current } = this;
    if (current) await this.answer({ kind: 'class', classId: current.suggestion.sample.givenClassId });
  }

  /** Answers for the picture that is shown at the moment of the call, and goes on to the next at once. */
  async answer(answer: Answer): Promise<void> {
    const { current, index } = this;
    if (!current) return;
    const { sample } = current.suggestion;
    this.classSearch = null;
    const moving = { ...current, answer, undoneAnswer: null };
    this.#onTheWay = [...this.#onTheWay, moving];
    this.#patch(sample.id, moving);
    this.#advance();
    const target = { sampleIds: [sample.id] };
    const action = actionOf(answer, sample.givenClassId);
    const input = { projectId: this.projectId, target, action };
    const result = await this.app.attempt(this.app.api.call('decide/apply', input));
    if (!result) {
      this.#patch(sample.id, { answer: current.answer });
      this.index = index;
    } else if (result.entry) this.app.inform(result.entry.title);
    await Promise.all([this.refreshHealth(), this.app.refreshProject()]);
    this.#onTheWay = this.#onTheWay.filter((sent) => sent !== moving);
    // An answer that was on its way and stored already counted twice, and may have passed over a picture that is needed.
    if (this.current) return;
    this.#isExhausted = false;
    await this.#fetchMore();
  }

  /** Goes on without an answer. */
  skip(): void {
    this.#advance();
  }

  back(): void {
    this.index = Math.max(0, this.index - 1);
  }

  async raiseTarget(): Promise<void> {
    this.goal = Math.max(raisedTarget, this.target);
    this.#isExhausted = false;
    await this.#fetchMore();
  }

  #advance(): void {
    let next = Math.min(this.index + 1, this.entries.length);
    while (next < this.entries.length && this.#isNotNeeded(this.entries[next])) next += 1;
    this.index = next;
    if (this.entries.length - next < leastAhead) void this.#fetchMore();
  }

  /** Answered, or its class has enough by now: another picture turned out to belong to it. */
  #isNotNeeded(entry: CoachEntry | undefined): boolean {
    if (!entry || entry.answer) return true;
    return (this.trustedCounts.get(entry.suggestion.sample.givenClassId) ?? 0) >= this.target;
  }

  #countTrusted(): ReadonlyMap<ClassId, number> {
    const counts = new Map(this.health?.perClass.map(({ classId, trusted }) => [classId, trusted]));
    for (const { answer } of this.#onTheWay) {
      if (answer?.kind === 'class') counts.set(answer.classId, (counts.get(answer.classId) ?? 0) + 1);
    }
    return counts;
  }

  /** How many more of each class may be proposed: to its target, less those that wait already. */
  #room(): Map<ClassId, number> {
    const room = new Map<ClassId, number>();
    for (const { classId, given } of this.health?.perClass ?? []) {
      room.set(classId, Math.min(given, this.target) - (this.trustedCounts.get(classId) ?? 0));
    }
    for (const { suggestion, answer } of this.entries.slice(this.index)) {
      const { givenClassId } = suggestion.sample;
      if (!answer) room.set(givenClassId, (room.get(givenClassId) ?? 0) - 1);
    }
    return room;
  }

  async #suggest(): Promise<void> {
    if (this.#isExhausted || [...this.#room().values()].every((count) => count <= 0)) return;
    const skip = this.entries.map(({ suggestion }) => suggestion.sample.id);
    const input = { projectId: this.projectId, perClass: this.target, skip };
    const found = await this.app.attempt(this.app.api.call('trust/suggest', input));
    if (!found) return;
    this.#isExhausted = found.length === 0;
    const room = this.#room();
    const fresh = found.filter(({ sample }) => {
      const left = room.get(sample.givenClassId) ?? 0;
      room.set(sample.givenClassId, left - 1);
      return left > 0 && !skip.includes(sample.id);
    });
    this.entries = [...this.entries, ...fresh.map((suggestion) => ({ suggestion, answer: null, undoneAnswer: null }))];
  }

  async #loadHealth(): Promise<void> {
    const health = await this.app.attempt(this.app.api.call('trust/health', { projectId: this.projectId }));
    if (health) this.health = health;
  }

  /** An undo leads back to its picture; a redo gives the answer again. */
  #onTravel({ entry, sampleIds }: ActionResult): void {
    const [sampleId] = sampleIds;
    const index = this.entries.findIndex(({ suggestion }) => suggestion.sample.id === sampleId);
    const found = this.entries[index];
    if (!found || !entry || sampleId === undefined) return;
    this.#isExhausted = false;
    if (entry.state === 'undone') this.#patch(sampleId, { answer: null, undoneAnswer: found.answer });
    else this.#patch(sampleId, { answer: found.undoneAnswer, undoneAnswer: null });
    this.index = index;
    if (entry.state !== 'undone') this.#advance();
  }

  #patch(sampleId: SampleId, change: Partial<CoachEntry>): void {
    this.entries = this.entries.map((entry) =>
      entry.suggestion.sample.id === sampleId ? { ...entry, ...change } : entry,
    );
  }

  /** Other pictures came in: what was proposed may be gone. */
  #reset(): void {
    this.entries = [];
    this.index = 0;
    this.#isExhausted = false;
    if (this.isLoaded) void this.load();
  }
}
