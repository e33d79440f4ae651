/** Opens Review on a fake api, as the app does, without a page around it. */
import { AppState } from '../../../src-renderer/features/frame/app-state.svelte.ts';
import { ReviewState } from '../../../src-renderer/features/review/review-state.svelte.ts';
import { FakeApi } from '../fake-api.ts';
import { FakeProject } from '../fake-project.ts';
import type { FakeProjectOptions } from '../fake-project.ts';

export interface OpenReview {
  readonly api: FakeApi;
  readonly app: AppState;
  readonly review: ReviewState;
}

/** The list is loaded, the grid has five columns and four rows in view. The caller needs to end nothing: no timer is left. */
export async function openReview(options: FakeProjectOptions = {}): Promise<OpenReview> {
  const api = new FakeApi(new FakeProject(options));
  const app = new AppState(api);
  app.start();
  await app.openProject('/projects/fake');
  const review = new ReviewState(app, api.project.projectId);
  review.start();
  review.view.resize(824, 800, 148);
  await settle();
  return { api, app, review };
}

/** Waits until the fake api has answered everything that was asked, and what followed from it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}
