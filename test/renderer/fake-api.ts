/** An api without a host: answers from a generated project, can be slow, can lose its connection, and remembers what was asked. */
import type { EventName, Events, MethodInput, MethodName, MethodOutput } from '../../src-main/contract/methods.ts';
import type { MethodHandlers } from '../../src-main/contract/methods.ts';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import type { ImageSize } from '../../src-main/contract/image-address.ts';
import type { Api, ConnectionState, PictureSource } from '../../src-renderer/rpc/api.ts';
import { FakeProject } from './fake-project.ts';

export type FakeHandlers = { -readonly [M in MethodName]?: MethodHandlers[M] };

export class FakeApi implements Api {
  readonly project: FakeProject;
  /** Methods a test or another page adds or replaces. */
  readonly handlers: FakeHandlers;
  readonly preferences = new Map<string, string>();
  /** Every call made, in order. */
  readonly calls: { readonly name: MethodName; readonly input: unknown }[] = [];
  /** Milliseconds before each answer; 0 answers in the next microtask. */
  delayMs = 0;
  makeImageUrl = (picture: PictureSource, size: ImageSize): string => `fake-image:${picture.id}/${size}`;
  #connection: ConnectionState = 'open';
  readonly #watchers = new Set<(state: ConnectionState) => void>();
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>();

  constructor(project: FakeProject = new FakeProject(), handlers: FakeHandlers = {}) {
    this.project = project;
    this.handlers = { ...this.#projectHandlers(), ...handlers };
  }

  async call<M extends MethodName>(
    name: M,
    input: MethodInput<M>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<MethodOutput<M>> {
    this.calls.push({ name, input });
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    else await Promise.resolve();
    if (signal?.aborted) throw new TouchstoneError('cancelled', 'Cancelled.');
    if (this.#connection !== 'open') throw new TouchstoneError('connection-lost', 'The connection was lost.');
    const handler = this.handlers[name];
    if (!handler) throw new TouchstoneError('method-unknown', `The fake api has no ${name}.`);
    return handler(input, { signal: signal ?? new AbortController().signal });
  }

  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<E extends EventName>(event: E, payload: Events[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload as never);
  }

  imageUrl(_projectId: unknown, picture: PictureSource, size: ImageSize): string {
    return this.makeImageUrl(picture, size);
  }

  watchConnection(listener: (state: ConnectionState) => void): () => void {
    this.#watchers.add(listener);
    listener(this.#connection);
    return () => this.#watchers.delete(listener);
  }

  setConnection(state: ConnectionState): void {
    this.#connection = state;
    for (const watcher of this.#watchers) watcher(state);
  }

  /** As a second window on the same project would cause it. */
  changeFromElsewhere(): void {
    this.emit('project/changed', { projectId: this.project.projectId, what: 'verdicts' });
  }

  #projectHandlers(): FakeHandlers {
    const { project } = this;
    const changed = <T>(result: T): T => {
      this.changeFromElsewhere();
      return result;
    };
    return {
      'app/get-preference': ({ name }) => ({ value: this.preferences.get(name) ?? null }),
      'app/set-preference': ({ name, value }) =>
        void (value === null ? this.preferences.delete(name) : this.preferences.set(name, value)),
      'job/list': () => [],
      'project/open': () => project.status(),
      'project/status': () => project.status(),
      'train/list-runs': () => (project.hasRun ? [project.run()] : []),
      'review/page': ({ query, offset, limit }) => project.page(query, offset, limit),
      'review/summary': ({ query }) => project.summary(query),
      'review/locate': ({ query, sampleId }) => {
        const offset = project.list(query).findIndex(({ id }) => id === sampleId);
        return { offset: offset < 0 ? null : offset };
      },
      'review/ids': ({ query, offset, limit }) =>
        project
          .list(query)
          .slice(offset, offset + limit)
          .map(({ id }) => id),
      'review/sample': ({ sampleId }) => project.detail(sampleId),
      'review/noise-matrix': () => project.noiseMatrix(),
      'review/why': ({ sampleId }) => project.why(sampleId),
      'review/compare-runs': ({ limit }) => ({
        correlation: 0.91,
        moved: project.page({ by: 'suspicion', filter: {} }, 0, limit).rows.map((sample, index) => ({
          sample,
          rank: index + 1,
          otherRank: index * 7 + 40,
        })),
      }),
      'decide/apply': ({ target, action }) => changed(project.act(target, action)),
      'decide/undo': () => changed(project.undo()),
      'decide/redo': () => changed(project.redo()),
    };
  }
}
