/** The check of the pictures: when it was, what it found, and starting it. No DOM. */
import type { ProblemSummary, ProjectId } from '../../../src-main/contract/payloads.ts';
import { problemKinds, type ProblemKind } from '../../../src-main/core/dataset/sample.ts';
import { coalesce } from '../../lib/coalesce.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';

export interface FoundKind {
  readonly kind: ProblemKind;
  readonly count: number;
}

export class PictureCheck {
  readonly app: AppState;
  readonly projectId: ProjectId;
  readonly job: JobSlot;
  summary = $state.raw<ProblemSummary | null>(null);
  /** Kinds with pictures, in the order in which they are worth looking at. */
  readonly found = $derived.by<readonly FoundKind[]>(() =>
    problemKinds.flatMap((kind) => {
      const count = this.summary?.counts[kind] ?? 0;
      return count > 0 ? [{ kind, count }] : [];
    }),
  );
  readonly load: () => Promise<void>;

  constructor(app: AppState, projectId: ProjectId) {
    this.app = app;
    this.projectId = projectId;
    this.job = new JobSlot(app, { kind: 'problem-check', projectId, isShared: true, onEnd: () => void this.load() });
    this.load = coalesce(() => this.#load());
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [
      this.job.attach(),
      this.app.api.on('project/changed', ({ projectId, what }) => {
        if (projectId === this.projectId && what === 'samples' && this.summary) void this.load();
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  async check(): Promise<void> {
    await this.job.start(this.app.api.call('problems/check', { projectId: this.projectId }));
  }

  async cancel(): Promise<void> {
    await this.job.cancel();
  }

  async #load(): Promise<void> {
    const input = { projectId: this.projectId };
    this.summary = (await this.app.attempt(this.app.api.call('problems/summary', input))) ?? this.summary;
  }
}
