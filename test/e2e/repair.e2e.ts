/** When something is wrong: a damaged project is mended, moved images are found, and a report can be copied. */
import { mkdirSync, openSync, closeSync, readdirSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { describeServed, it } from './app-test.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { countStored, prepareProject } from './prepared-project.ts';

/** Overwrites a page in the middle of the project's file. */
function damage(projectFolder: string): void {
  const file = path.join(projectFolder, 'project.sqlite');
  const middle = 4096 * Math.floor(statSync(file).size / 4096 / 2);
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(4096, 0x5a), 0, 4096, middle);
  closeSync(opened);
}

/** What the page put on the clipboard, caught on its way: a test's browser has no right to read it. */
async function catchCopies(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const copied = window as unknown as { copied: string };
    copied.copied = '';
    navigator.clipboard.write = async ([item]) => {
      copied.copied = (await (await item?.getType('text/plain'))?.text()) ?? '';
    };
  });
  return async () => {
    await page.waitForFunction(() => (window as unknown as { copied: string }).copied !== '');
    return page.evaluate(() => (window as unknown as { copied: string }).copied);
  };
}

describeServed('check and repair', () => {
  it('mends a damaged project from the list of projects, and finds images that were moved', async ({ app }) => {
    const project = await prepareProject(app, { perClass: 4, trustedPerClass: 1 });
    damage(project.folder);
    const moved = path.join(app.folder, 'moved');
    mkdirSync(moved);
    for (const name of readdirSync(project.pictures))
      renameSync(path.join(project.pictures, name), path.join(moved, name));
    const page = await app.open();
    const projects = new ProjectsPage(page);
    await projects.waitFor();
    await projects.button(`Check and repair ${project.name}`).click();
    const dialog = page.getByRole('dialog', { name: `Check and repair ${project.name}` });
    await dialog.getByRole('button', { name: 'Only check' }).click();
    const found = dialog.getByRole('list', { name: 'What was found and done' });
    await found.getByText('The project file was damaged.').waitFor({ timeout: 30_000 });
    await dialog.getByRole('button', { name: 'Check and repair' }).click();
    await found.getByText(/A new one was made of \d+ rows/).waitFor({ timeout: 30_000 });
    await found.getByText(/12 images are missing/).waitFor();
    await dialog.getByRole('button', { name: 'Images were moved' }).click();
    await projects.folders.choose(moved);
    await found.getByText('The project file is sound.').waitFor({ timeout: 30_000 });
    expect(await found.textContent()).toContain(`12 images in ${moved}`);
    await projects.press('Escape');
    await projects.open(project.name);
    expect(countStored(project.folder)).toBe(12);
  });
});

describeServed('copy details', () => {
  it('is led to from an error, and shows on the About page what it copies', async ({ app }) => {
    const project = await prepareProject(app, { perClass: 1 });
    writeFileSync(path.join(project.folder, 'project.sqlite'), 'not a database at all');
    const page = await app.open();
    const projects = new ProjectsPage(page);
    await projects.waitFor();
    const copied = await catchCopies(page);
    const recent = page.getByRole('region', { name: 'Recent projects' });
    await recent.getByRole('button', { name: new RegExp(`^${project.name}`) }).click();
    await projects.notice.getByRole('button', { name: 'Copy details' }).click();
    const report = await copied();
    expect(report).toMatch(/^Touchstone \d+\.\d+\.\d+, [^]*Engines:[^]*What was shown:\nproject-damaged: /);
    expect(report).not.toContain(app.folder);
    await projects.press('ControlOrMeta+,');
    await projects.button('About Touchstone').click();
    await projects.main('About Touchstone').waitFor();
    await projects.main('About Touchstone').getByRole('button', { name: 'Copy details' }).click();
    const shown = await page.getByLabel('What was copied').textContent();
    expect(shown).toMatch(/^Touchstone \d+\.\d+\.\d+, [^]*Engines:/);
    expect(shown).not.toContain('What was shown');
  });
});
