/** An audit without touching the mouse: drawn, judged, reported, taken back, and counted again after the window was loaded anew. */
import { expect } from 'vitest';
import { describeApp, it } from './app-test.ts';
import { AuditPage } from './pages/audit-page.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { prepareProject, readChanges } from './prepared-project.ts';

describeApp('audit by keyboard', () => {
  it('turns judgements into trusted images and a number with its interval', async ({ app }) => {
    const project = await prepareProject(app, { perClass: 20, trustedPerClass: 2, runs: 1, estimates: true });
    const page = await app.open();
    await new ProjectsPage(page).open(project.name);
    const audit = new AuditPage(page);
    await audit.goTo('Audit');
    await audit.press('+');
    await audit.waitForQuestion();
    const right = await audit.shownPath();
    await audit.answer('Enter');
    const wrong = await audit.shownPath();
    const other = wrong.startsWith('down/') ? { key: '3', name: 'spots' } : { key: '2', name: 'down' };
    await audit.answer(other.key);
    const unknown = await audit.shownPath();
    await audit.answer('w');
    const said = { [right]: `trusted ${right.split('/')[0]}`, [wrong]: `trusted ${other.name}` };
    await expect.poll(() => readChanges(project)).toEqual({ ...said, [unknown]: 'unsure' });
    await expect.poll(() => audit.panel.textContent()).toMatch(/About \d+ of 60 images have a wrong label/);

    await audit.press('z');
    await expect.poll(() => audit.shownPath()).toBe(unknown);
    await expect.poll(() => readChanges(project)).toEqual(said);

    while (!(await audit.isDone())) await audit.answer('Enter');
    const words = await audit.panel.textContent();
    expect(words).toMatch(/Reviewing the first \d+ finds .+ of the wrong labels/);
    await page.reload();
    await audit.panel.waitFor();
    await expect.poll(() => audit.isDone()).toBe(true);
    await expect.poll(() => audit.panel.textContent()).toMatch(/About \d+ of 60 images have a wrong label/);
  });
});
