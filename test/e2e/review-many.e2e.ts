/** Actions on many pictures hit exactly those that were shown, and nothing else. */
import { expect } from 'vitest';
import { describeApp, it } from './app-test.ts';
import { openReview } from './open-review.ts';
import { readChanges } from './prepared-project.ts';

describeApp('actions on many images', () => {
  it('changes a range and no other image', async ({ app }) => {
    const { review, project } = await openReview(app, { perClass: 20, trustedPerClass: 1, runs: 1 });
    await review.moveTo(3);
    for (let step = 0; step < 4; step += 1) await review.press('Shift+ArrowRight');
    await expect.poll(() => review.selection.textContent()).toContain('5 selected');
    await review.press('d');
    await expect.poll(() => readChanges(project)).toEqual(all(project.ranking.slice(3, 8), 'drop'));
    await expect.poll(() => review.focusPath()).toBe(project.ranking[8]);
  });

  it('stretches a range with the mouse and Shift', async ({ app }) => {
    const { review, project } = await openReview(app, { perClass: 20, trustedPerClass: 1, runs: 1 });
    await review.cell(2).click();
    await review.cell(9).click({ modifiers: ['Shift'] });
    await review.press('k');
    await expect.poll(() => readChanges(project)).toEqual(all(project.ranking.slice(2, 10), 'keep'));
  });

  it('asks once above fifty, with the count, and changes exactly what the filter shows', async ({ app }) => {
    const { review, project } = await openReview(app, { perClass: 60, trustedPerClass: 2, runs: 1 });
    const shown = project.ranking.filter((file) => file.startsWith('down/'));
    await review.find('down/0');
    // The trusted ones are in the list too, behind the suspects.
    await review.waitForTotal(60);
    await review.page.getByRole('button', { name: 'Filter', exact: true }).click();
    await review.page.getByText('Not trusted', { exact: true }).click();
    await review.press('Escape');
    await review.waitForTotal(58);
    await review.grid.focus();
    await review.press('Control+a');
    await review.press('d');
    await review.question.getByRole('heading', { name: 'Drop 58 images?' }).waitFor();
    await review.question.getByRole('button', { name: 'Leave as it is' }).click();
    expect(readChanges(project)).toEqual({});

    await review.press('d');
    await review.question.getByRole('heading', { name: 'Drop 58 images?' }).waitFor();
    await review.press('Enter');
    await expect.poll(() => readChanges(project)).toEqual(all(shown, 'drop'));
    await review.press('z');
    await expect.poll(() => readChanges(project)).toEqual({});
  });
});

function all(files: readonly string[], words: string): Record<string, string> {
  return Object.fromEntries(files.map((file) => [file, words]));
}
