/** A training that is watched, paused, resumed, stopped, and goes on after the server died. */
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { describeApp, describeServed, it } from './app-test.ts';
import type { AppUnderTest } from './app-under-test.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { TrainPage } from './pages/train-page.ts';
import { prepareProject } from './prepared-project.ts';

/** More than a test waits for: the run goes on until it is stopped. */
const endless = 5000;

async function startLongRun(app: AppUnderTest): Promise<{ page: Page; train: TrainPage }> {
  const project = await prepareProject(app, { perClass: 8, trustedPerClass: 3 });
  const page = await app.open();
  await new ProjectsPage(page).open(project.name);
  const train = new TrainPage(page);
  await train.goTo('Train');
  await train.openSettings();
  await train.chooseNetwork('LeNet');
  await train.type('Epochs', endless);
  await train.type('Images per step', 24);
  await train.type('Trusted images per step', 9);
  await train.start();
  await expect.poll(() => train.epoch(), { timeout: 20_000 }).toBeGreaterThan(2);
  return { page, train };
}

describeApp('training', () => {
  it('draws its charts live, pauses, goes on, and stops', async ({ app }) => {
    const { train } = await startLongRun(app);
    expect(await train.charts.count()).toBeGreaterThanOrEqual(4);
    const summary = () => train.charts.first().getByRole('img').getAttribute('aria-label');
    const early = await summary();
    await expect.poll(summary).not.toBe(early);

    await train.press('p');
    await expect.poll(() => train.sentence.textContent()).toMatch(/paused/i);
    const paused = await train.sentence.textContent();
    await train.page.waitForTimeout(600);
    expect(await train.sentence.textContent()).toBe(paused);
    const epoch = await train.epoch();
    await train.press('p');
    await expect.poll(() => train.epoch()).toBeGreaterThan(epoch);

    await train.running.getByRole('button', { name: 'Stop' }).click();
    await train.hear('The run was stopped');
    await expect.poll(() => train.runs.first().textContent()).toMatch(/Stopped, \d+ of 5,000 epochs done/);
    await train.runs.first().getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => train.epoch()).toBeGreaterThan(epoch);
  });
});

describeServed('training when the server dies', () => {
  it('goes on from its last epoch after the page was loaded again', async ({ app }) => {
    const { page, train } = await startLongRun(app);
    const epoch = await train.epoch();
    await app.kill();
    await app.restart();
    await page.reload();
    app.takeFaults();
    // The window knows where it was.
    await train.main('Train').waitFor();
    const row = train.runs.first();
    await expect.poll(() => row.textContent()).toMatch(/Interrupted, \d+ of 5,000 epochs done/);
    await row.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => train.epoch(), { timeout: 20_000 }).toBeGreaterThanOrEqual(epoch);
  });
});
