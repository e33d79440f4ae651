/** After a real training: the map with an area drawn on it, similar pictures, and the problems that a check finds. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { describeApp, it } from './app-test.ts';
import { findCutText } from './in-page-checks.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { TrainPage } from './pages/train-page.ts';
import { prepareProject } from './prepared-project.ts';

const viewport = { width: 1024, height: 700 };

async function graveFindings(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describeApp('map, likeness and problems', () => {
  it('each lead to exactly the images they show', async ({ app }) => {
    const project = await prepareProject(app, { perClass: 12, trustedPerClass: 2 });
    const page = await app.open({ viewport });
    await new ProjectsPage(page).open(project.name);
    const train = new TrainPage(page);
    await train.goTo('Train');
    await train.openSettings();
    await train.type('Epochs', 5);
    await train.start();
    // A busy machine takes its time to load the backbone.
    await train.runs.first().filter({ hasText: 'Finished' }).waitFor({ timeout: 90_000 });
    const review = new ReviewPage(page);
    await review.goTo('Review');
    await review.waitFor();

    // The map: drawn, an area around all of it, then one that holds nothing.
    await review.press('Shift+M');
    await review.button('Draw the map').click();
    const map = page.getByRole('application');
    await map.waitFor({ timeout: 30_000 });
    expect(await graveFindings(page)).toEqual([]);
    expect(await findCutText(page)).toEqual([]);
    const box = await map.boundingBox();
    if (!box) throw new Error('The map has no size.');
    const around = async (left: number, top: number, right: number, bottom: number) => {
      const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
      await page.mouse.move(...at(left, top));
      await page.mouse.down();
      for (const corner of [at(right, top), at(right, bottom), at(left, bottom)]) {
        await page.mouse.move(...corner, { steps: 6 });
      }
      await page.mouse.up();
    };
    await around(0.01, 0.01, 0.99, 0.99);
    await review.button('Show 36 images').waitFor();
    await around(0.001, 0.001, 0.01, 0.03);
    await review.button('Show 0 images').waitFor();
    await review.button('Clear the area').click();
    // The same from the keyboard: a circle large enough for everything.
    await map.focus();
    for (let press = 0; press < 14; press += 1) await page.keyboard.press('+');
    await page.keyboard.press('Enter');
    await review.button('Show 36 images').waitFor();
    await page.keyboard.press('Escape');
    await map.waitFor({ state: 'detached' });
    await review.waitForTotal(36);

    // Likeness: the picture itself first.
    await review.moveTo(3);
    const path = await review.focusPath();
    await review.press('Shift+S');
    await page.getByText(`most like ${path}`).waitFor();
    await expect.poll(() => review.focusPath()).toBe(path);
    expect(await review.focusIndex()).toBe(0);
    await review.button(`Remove filter: most like ${path}`).click();

    // Problems: the stripes of a class are nearly the same picture.
    await review.button('Problems of the images').click();
    await review.button('Check the images').click();
    const found = page.getByRole('dialog').getByRole('button', { name: /^Show \d+ images?: / });
    await found.first().waitFor({ timeout: 20_000 });
    expect(await graveFindings(page)).toEqual([]);
    const [, count = ''] = /^Show (\d+)/.exec((await found.first().getAttribute('aria-label')) ?? '') ?? [];
    await found.first().click();
    await review.waitForTotal(Number(count));
  });
});
