/**
 * Pictures of each page, dark and light, large and small, kept for people to look at. Of the demo's project where `npm run demo` has
 * made one, so that they show real training.
 */
import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { describeApp, it } from './app-test.ts';
import type { AppUnderTest } from './app-under-test.ts';
import { visitEachPage } from './each-page.ts';
import { prepareProject, rememberProject } from './prepared-project.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'test-artifacts/screenshots');
const demoProject = path.join(root, 'demo-output/project');
const windows = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;

async function prepareSubject(app: AppUnderTest): Promise<string> {
  if (!existsSync(demoProject)) return (await prepareProject(app, { perClass: 20, trustedPerClass: 2, runs: 2 })).name;
  const copy = path.join(app.folder, 'Demo');
  cpSync(demoProject, copy, { recursive: true });
  return rememberProject(app, copy);
}

describeApp('screenshots', () => {
  it('shows every page, dark and light, large and small', async ({ app }) => {
    const project = await prepareSubject(app);
    const taken: string[] = [];
    for (const colorScheme of ['dark', 'light'] as const) {
      for (const viewport of windows) {
        await visitEachPage(app, project, { colorScheme, viewport }, async (title, page) => {
          const name = `${title.toLowerCase().replace(' ', '-')}-${colorScheme}-${viewport.width}.png`;
          await page.mouse.move(0, 0);
          const picture = await page.screenshot({ path: path.join(folder, name) });
          if (picture.length > 10_000) taken.push(name);
        });
      }
    }
    expect(taken).toHaveLength(36);
  });
});
