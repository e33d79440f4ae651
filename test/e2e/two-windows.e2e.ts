/** Two windows on one project. */
import { expect } from 'vitest';
import { describeServed, it } from './app-test.ts';
import { openReview, openReviewWindow } from './open-review.ts';
import { readChanges } from './prepared-project.ts';

describeServed('two windows on one project', () => {
  it('see what is decided in the other', async ({ app }) => {
    const { review: left, project } = await openReview(app, { perClass: 20, trustedPerClass: 1, runs: 1 });
    const right = await openReviewWindow(app, project);
    await left.press('d');
    await expect.poll(() => right.cell(0).textContent()).toContain('Dropped');
    await right.moveTo(1);
    await right.press('u');
    await expect.poll(() => left.cell(1).textContent()).toContain('Unsure');
    await right.press('z');
    await expect.poll(() => left.cell(1).textContent()).not.toContain('Unsure');
    await expect.poll(() => left.step('Review').textContent()).toContain('1 judged');
    expect(readChanges(project)).toEqual({ [project.ranking[0] ?? '']: 'drop' });
  });
});
