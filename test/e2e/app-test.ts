/** `describe` and `it` for specs: each test gets an app of its own; what goes wrong in its pages fails it. */
import { chromium, type Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { AppUnderTest, electronBinary } from './app-under-test.ts';
import { findChromium } from './find-chromium.ts';

const program = findChromium();
const obstacle =
  program || electronBinary !== null ? null : 'no Chromium: install it, or name it in TOUCHSTONE_CHROMIUM';
if (obstacle && process.env['CI']) throw new Error(`The end-to-end specs must run here, but there is ${obstacle}.`);

/** Skips with the reason in the title where there is nothing to drive. */
export function describeApp(title: string, define: () => void): void {
  if (obstacle) describe.skip(`${title} (${obstacle})`, define);
  else describe(title, define);
}

/** For what Electron has not: a second window, a server to kill, a folder dialog that is part of the page. */
export function describeServed(title: string, define: () => void): void {
  if (electronBinary === null) describeApp(title, define);
  else describe.skip(`${title} (for the server only)`, define);
}

interface AppFixtures {
  readonly browser: Browser | null;
  readonly app: AppUnderTest;
}

export const it = test.extend<AppFixtures>({
  browser: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const browser = electronBinary === null && program ? await launch(program) : null;
      await use(browser);
      await browser?.close();
    },
    { scope: 'file' },
  ],
  app: async ({ browser, task }, use) => {
    const app = new AppUnderTest(browser);
    try {
      await use(app);
      expect(app.takeFaults()).toEqual([]);
    } finally {
      if ((task.result?.errors ?? []).length > 0) await app.photograph(task.name);
      await app.close();
    }
  },
});

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--force-color-profile=srgb'] });
}
