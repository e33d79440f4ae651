/** Opens Review on a project made for the test. */
import type { WindowOptions } from './app-host.ts';
import type { AppUnderTest } from './app-under-test.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { prepareProject, type Preparation, type PreparedProject } from './prepared-project.ts';

export async function openReview(
  app: AppUnderTest,
  preparation: Preparation,
): Promise<{ readonly review: ReviewPage; readonly project: PreparedProject }> {
  const project = await prepareProject(app, preparation);
  return { review: await openReviewWindow(app, project), project };
}

/** One more window on the project. */
export async function openReviewWindow(
  app: AppUnderTest,
  { name }: PreparedProject,
  options: WindowOptions = {},
): Promise<ReviewPage> {
  const page = await app.open(options);
  await new ProjectsPage(page).open(name);
  const review = new ReviewPage(page);
  await review.goTo('Review');
  await review.waitFor();
  return review;
}
