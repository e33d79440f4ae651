/** Every page, dark and light: for screen readers, for the keyboard alone, and in a small window. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { describeApp, it } from './app-test.ts';
import { visitEachPage } from './each-page.ts';
import { findCutText, findUnreachable } from './in-page-checks.ts';
import { prepareProject } from './prepared-project.ts';

const preparation = { perClass: 12, trustedPerClass: 2, runs: 2 } as const;
const smallWindow = { width: 1024, height: 700 };
/** What the pages get of a window of 1440 x 900 at a zoom of 200 %. */
const zoomedWindow = { width: 720, height: 450 };

/** Serious and critical findings of axe-core, as `rule: first place`. */
async function audit(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}: ${nodes[0]?.failureSummary}`);
}

describeApp('accessibility', () => {
  for (const colorScheme of ['dark', 'light'] as const) {
    it(`has no serious finding of axe-core on any page, ${colorScheme}`, async ({ app }) => {
      const { name } = await prepareProject(app, preparation);
      const findings: string[] = [];
      await visitEachPage(app, name, { colorScheme }, async (title, page) => {
        findings.push(...(await audit(page)).map((finding) => `${title}: ${finding}`));
      });
      expect(findings).toEqual([]);
    });
  }

  for (const viewport of [smallWindow, zoomedWindow]) {
    it(`cuts no text in a window of ${viewport.width} x ${viewport.height}`, async ({ app }) => {
      const { name } = await prepareProject(app, preparation);
      const cut: string[] = [];
      await visitEachPage(app, name, { viewport }, async (title, page) => {
        cut.push(...(await findCutText(page)).map((text) => `${title}: ${text}`));
      });
      expect(cut).toEqual([]);
    });
  }

  it('would notice a text that is cut, and a control that the Tab key passes by', async ({ app }) => {
    const page = await app.open({ viewport: smallWindow });
    await page.getByRole('main', { name: 'Projects' }).waitFor();
    await page.evaluate(() => {
      const box = document.body.appendChild(document.createElement('p'));
      box.textContent = 'This sentence does not fit into its box.';
      box.style.cssText = 'position: fixed; top: 0; width: 40px; overflow: hidden; white-space: nowrap';
      const button = document.body.appendChild(document.createElement('button'));
      button.textContent = 'Unseen';
      button.style.cssText = 'position: fixed; top: 40px; left: 400px; outline: none';
    });
    expect(await findCutText(page)).toEqual(['p: This sentence does not fit into its box.']);
    expect(await findUnreachable(page)).toEqual(['button: Unseen']);
  });

  it('reaches everything with the Tab key, and shows where it is', async ({ app }) => {
    const { name } = await prepareProject(app, preparation);
    const unreached: string[] = [];
    await visitEachPage(app, name, { viewport: smallWindow }, async (title, page) => {
      unreached.push(...(await findUnreachable(page)).map((control) => `${title}: ${control}`));
    });
    expect(unreached).toEqual([]);
  });
});
