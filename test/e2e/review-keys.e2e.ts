/** Every key of Review, as a reviewer meets it. */
import { expect } from 'vitest';
import { describeApp, it } from './app-test.ts';
import { openReview } from './open-review.ts';
import { readChanges } from './prepared-project.ts';

const preparation = { perClass: 20, trustedPerClass: 2, runs: 1 } as const;

describeApp('keys of Review', () => {
  it('judges the image in focus and goes on to the next', async ({ app }) => {
    const { review, project } = await openReview(app, preparation);
    const [kept, accepted, dropped, unsure, trusted, relabelled, named] = project.ranking as [string, ...string[]];
    for (const key of ['k', 'a', 'd', 'u', 't', '3']) {
      const before = await review.focusPath();
      await review.press(key);
      await expect.poll(() => review.focusPath()).not.toBe(before);
    }
    await review.press('l');
    await review.classPicker.fill('spo');
    await review.press('Enter');
    const expected = {
      [kept]: 'keep',
      [accepted ?? '']: 'relabel down',
      [dropped ?? '']: 'drop',
      [unsure ?? '']: 'unsure',
      [trusted ?? '']: 'trusted across',
      [relabelled ?? '']: 'relabel spots',
      [named ?? '']: 'relabel spots',
    };
    await expect.poll(() => readChanges(project)).toEqual(expected);
    expect(await review.cell(0).textContent()).toContain('Kept');

    await review.moveTo(0);
    await review.press('Backspace');
    await expect.poll(() => readChanges(project)[kept]).toBe(undefined);
  });

  it('takes back and gives again, and leads back to the image', async ({ app }) => {
    const { review, project } = await openReview(app, preparation);
    const [first = '', second = ''] = project.ranking;
    await review.pressAndHear('d', 'rop');
    await expect.poll(() => review.focusPath()).toBe(second);
    await review.press('z');
    await review.hear('Undone');
    await expect.poll(() => review.focusPath()).toBe(first);
    await expect.poll(() => readChanges(project)[first]).toBe(undefined);
    await review.press('Shift+Z');
    await review.hear('Done again');
    await expect.poll(() => readChanges(project)[first]).toBe('drop');
  });

  it('moves through the grid', async ({ app }) => {
    const { review } = await openReview(app, preparation);
    const columns = await review.columns();
    const last = 59;
    const after = async (key: string) => {
      await review.press(key);
      await review.page.waitForTimeout(30);
      return review.focusIndex();
    };
    expect(await after('ArrowRight')).toBe(1);
    expect(await after('ArrowDown')).toBe(1 + columns);
    expect(await after('ArrowLeft')).toBe(columns);
    expect(await after('End')).toBe(2 * columns - 1);
    expect(await after('Home')).toBe(columns);
    expect(await after('ArrowUp')).toBe(0);
    expect(await after('PageDown')).toBeGreaterThan(columns);
    expect(await after('PageUp')).toBe(0);
    expect(await after('Control+End')).toBe(last);
    expect(await review.cell(last).isVisible()).toBe(true);
    expect(await after('Control+Home')).toBe(0);
    await review.pressAndHear('k', 'Kept');
    await review.moveTo(0);
    expect(await after('n')).toBe(1);
  });

  it('selects with Space, Shift and Control+A', async ({ app }) => {
    const { review } = await openReview(app, preparation);
    await review.press('Space');
    await expect.poll(() => review.selection.textContent()).toContain('1 selected');
    await review.press('Shift+ArrowRight');
    await review.press('Shift+ArrowRight');
    await expect.poll(() => review.selection.textContent()).toContain('3 selected');
    await review.press('Escape');
    await expect.poll(() => review.selection.count()).toBe(0);
    await review.press('Control+a');
    await expect.poll(() => review.selection.textContent()).toMatch(/Everything in the filter: 60 selected/);
    await review.press('Escape');
    await review.press('Enter');
    await review.large.waitFor();
    await review.press('ArrowRight');
    await review.press('Enter');
    await review.large.waitFor({ state: 'hidden' });
  });

  it('shows its keys, and lets one be changed', async ({ app }) => {
    const { review, project } = await openReview(app, preparation);
    const [first = ''] = project.ranking;
    await review.press('?');
    await review.cheatSheet.getByRole('button', { name: /^Change the key for: Keep/ }).click();
    await review.press('d');
    await review.cheatSheet.getByRole('alert').filter({ hasText: 'already the key' }).waitFor();
    await review.cheatSheet.getByRole('button', { name: /^Change the key for: Keep/ }).click();
    await review.press('g');
    await review.press('Escape');
    await review.cheatSheet.waitFor({ state: 'hidden' });
    await review.pressAndHear('g', 'Kept');
    await expect.poll(() => readChanges(project)[first]).toBe('keep');
    expect(await review.panel.getByRole('button', { name: /^Keep/ }).textContent()).toContain('G');
  });
});
