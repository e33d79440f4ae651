/** Goes to each of the nine pages of a prepared project in turn, as they look with work in them. */
import type { Page } from 'playwright-core';
import type { AppUnderTest } from './app-under-test.ts';
import type { WindowOptions } from './app-host.ts';
import { ExportPage } from './pages/export-page.ts';
import { Frame, steps } from './pages/frame.ts';
import { ImportPage } from './pages/import-page.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { TrustedPage } from './pages/trusted-page.ts';

type Look = (name: string, page: Page) => Promise<void>;

/** Calls `look` on each page once everything on it is there. */
export async function visitEachPage(
  app: AppUnderTest,
  project: string,
  window: WindowOptions,
  look: Look,
): Promise<void> {
  const page = await app.open(window);
  await new ProjectsPage(page).open(project);
  const frame = new Frame(page);
  await frame.goToProjects();
  await look('Projects', page);
  for (const [key, name] of [
    ['ControlOrMeta+,', 'Settings'],
    [null, 'About Touchstone'],
  ] as const) {
    if (key === null) await frame.button(name).click();
    else await frame.press(key);
    await frame.main(name).waitFor();
    await page.getByRole(name === 'Settings' ? 'region' : 'row', { name: /^(Backbones|Touchstone)/ }).waitFor();
    await look(name, page);
  }
  for (const step of steps) {
    await frame.goTo(step);
    await waitForContent(step, page);
    await page.evaluate(() => document.fonts.ready);
    await look(step, page);
  }
}

async function waitForContent(step: (typeof steps)[number], page: Page): Promise<void> {
  if (step === 'Import') await new ImportPage(page).waitForReport();
  else if (step === 'Trusted set') await new TrustedPage(page).question.waitFor();
  else if (step === 'Train') await page.getByRole('region', { name: 'Runs' }).waitFor();
  else if (step === 'Review') await new ReviewPage(page).waitFor();
  else if (step === 'Audit') await page.getByRole('complementary', { name: 'What the audit says' }).waitFor();
  else await new ExportPage(page).classes.waitFor();
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
}
