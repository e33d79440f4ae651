/** Opens the states of the pages on a fake api and a fake host's work, as the app does, without pages around them. */
import { PathChooser } from '../../../src-renderer/features/folders/path-chooser.svelte.ts';
import type { DialogBridge } from '../../../src-renderer/features/folders/path-chooser.svelte.ts';
import { AppState } from '../../../src-renderer/features/frame/app-state.svelte.ts';
import { FakeApi } from '../fake-api.ts';
import { FakeProject } from '../fake-project.ts';
import type { FakeProjectOptions } from '../fake-project.ts';
import { FakeWork } from '../fake-work.ts';
import type { FakeWorkOptions } from '../fake-work.ts';
import { settle } from './open-review.ts';

export interface OpenWork {
  readonly api: FakeApi;
  readonly app: AppState;
  readonly work: FakeWork;
  readonly chooser: PathChooser;
  /** What was asked of a method, in order. */
  readonly asked: (name: string) => readonly unknown[];
}

export interface OpenWorkOptions extends FakeProjectOptions, FakeWorkOptions {
  readonly desktop?: DialogBridge;
  readonly isClosed?: boolean;
}

export async function openWork(options: OpenWorkOptions = {}): Promise<OpenWork> {
  const api = new FakeApi(new FakeProject(options));
  const work = new FakeWork(api, options);
  const app = new AppState(api);
  app.start();
  if (!options.isClosed) await app.openProject('/projects/fake');
  const chooser = new PathChooser(app, options.desktop ?? null);
  await settle();
  const asked = (name: string) => api.calls.filter((call) => call.name === name).map(({ input }) => input);
  return { api, app, work, chooser, asked };
}
