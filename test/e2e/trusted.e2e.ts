/** Checking pictures without touching the mouse. */
import { expect } from 'vitest';
import { describeApp, it } from './app-test.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { TrustedPage } from './pages/trusted-page.ts';
import { prepareProject, readVerdicts } from './prepared-project.ts';

describeApp('trusted set by keyboard', () => {
  it('takes yes, another class, unsure, and takes them back', async ({ app }) => {
    const project = await prepareProject(app, { perClass: 12 });
    const page = await app.open();
    await new ProjectsPage(page).open(project.name);
    const trusted = new TrustedPage(page);
    await trusted.goTo('Trusted set');
    await trusted.waitForQuestion();

    const confirmed = await trusted.shownPath();
    const [given = ''] = confirmed.split('/');
    await trusted.answer('Enter');
    const relabelled = await trusted.shownPath();
    const other = relabelled.startsWith('down/') ? { key: '3', name: 'spots' } : { key: '2', name: 'down' };
    await trusted.answer(other.key);
    const unsure = await trusted.shownPath();
    await trusted.answer('u');
    const verdicts = () => readVerdicts(project.folder);
    const first = { [confirmed]: `trusted ${given}`, [relabelled]: `trusted ${other.name}` };
    await expect.poll(verdicts).toEqual({ ...first, [unsure]: 'unsure' });

    await trusted.press('z');
    await expect.poll(() => trusted.shownPath()).toBe(unsure);
    await expect.poll(verdicts).toEqual(first);
    await trusted.press('z');
    await expect.poll(() => trusted.shownPath()).toBe(relabelled);
    await expect.poll(verdicts).toEqual({ [confirmed]: `trusted ${given}` });
    await trusted.press('Shift+Z');
    await expect.poll(verdicts).toEqual(first);
  });

  it('asks until every class has its part, and shows it filling up', async ({ app }) => {
    const project = await prepareProject(app, { perClass: 12 });
    const page = await app.open();
    await new ProjectsPage(page).open(project.name);
    const trusted = new TrustedPage(page);
    await trusted.goTo('Trusted set');
    await trusted.waitForQuestion();
    while (!(await trusted.isDone())) await trusted.answer('Enter');
    const counts = () => {
      const words = Object.values(readVerdicts(project.folder));
      return ['trusted across', 'trusted down', 'trusted spots'].map(
        (word) => words.filter((said) => said === word).length,
      );
    };
    await expect.poll(counts).toEqual([3, 3, 3]);
    await expect.poll(() => trusted.health.textContent()).toContain('9 images trusted');
    await expect.poll(() => trusted.step('Trusted set').textContent()).toContain('9 checked');
  });
});
