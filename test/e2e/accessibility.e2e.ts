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

  it('cuts no text in a window of 1024 x 700', async ({ app }) => {
    const { name } = await prepareProject(app, preparation);
    const cut: string[] = [];
    await visitEachPage(app, name, { viewport: smallWindow }, async (title, page) => {
      cut.push(...(await findCutText(page)).map((text) => `${title}: ${text}`));
    });
    expect(cut).toEqual([]);
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
