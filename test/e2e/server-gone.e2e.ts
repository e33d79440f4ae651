/** The server is killed in the middle of the work and started again under the open page. */
import { expect } from 'vitest';
import { describeServed, it } from './app-test.ts';
import { openReview } from './open-review.ts';
import { readChanges } from './prepared-project.ts';

/** What the browser itself notes about a server that is gone. */
const expectedNote = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/;

describeServed('a server that was killed and started again', () => {
  it('is missed and found again; nothing that was acknowledged is lost', async ({ app }) => {
    const { review, project } = await openReview(app, { perClass: 20, trustedPerClass: 1, runs: 1 });
    const [first = '', second = '', third = ''] = project.ranking;
    await review.pressAndHear('d', 'rop');
    await review.pressAndHear('k', 'Kept');
    await app.kill();
    await review.status.filter({ hasText: 'connection to Touchstone is lost' }).waitFor();
    await app.restart();
    await expect.poll(() => review.status.textContent()).not.toContain('lost');
    expect(readChanges(project)).toEqual({ [first]: 'drop', [second]: 'keep' });
    await expect.poll(() => review.cell(0).textContent()).toContain('Dropped');
    expect(await review.focusPath()).toBe(third);
    await review.pressAndHear('u', 'nsure');
    await expect.poll(() => readChanges(project)[third]).toBe('unsure');
    expect(app.takeFaults().filter((fault) => !expectedNote.test(fault))).toEqual([]);
  });

  it('still undoes what was done before', async ({ app }) => {
    const { review, project } = await openReview(app, { perClass: 20, trustedPerClass: 1, runs: 1 });
    const [first = '', second = ''] = project.ranking;
    await review.pressAndHear('d', 'rop');
    await review.pressAndHear('a', 'uggest');
    await app.kill();
    await app.restart();
    await expect.poll(() => review.status.textContent()).not.toContain('lost');
    await review.page.getByRole('contentinfo').getByRole('button', { name: /^Undo/ }).click();
    await expect.poll(() => readChanges(project)).toEqual({ [first]: 'drop' });
    await review.press('z');
    await expect.poll(() => readChanges(project)).toEqual({});
    await review.press('Shift+Z');
    await review.press('Shift+Z');
    await expect.poll(() => readChanges(project)).toEqual({ [first]: 'drop', [second]: 'relabel down' });
    app.takeFaults();
  });
});
