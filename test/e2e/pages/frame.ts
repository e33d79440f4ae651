/** What surrounds every page: the steps on the left, the classes, the line at the bottom. */
import type { Locator, Page } from 'playwright-core';

export const steps = ['Import', 'Trusted set', 'Train', 'Review', 'Audit', 'Export'] as const;
export type StepName = (typeof steps)[number];

export class Frame {
  readonly page: Page;
  /** What runs, or that the host is gone. */
  readonly status: Locator;
  /** What the last action did, or what failed. */
  readonly notice: Locator;
  readonly cheatSheet: Locator;

  constructor(page: Page) {
    this.page = page;
    const line = page.getByRole('contentinfo').getByRole('status');
    this.status = line.first();
    this.notice = line.last();
    this.cheatSheet = page.getByRole('dialog', { name: 'Keys of this page' });
  }

  main(name: string): Locator {
    return this.page.getByRole('main', { name, exact: true });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  step(name: StepName): Locator {
    return this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: new RegExp(`^${name}:`) });
  }

  async goTo(name: StepName): Promise<void> {
    await this.page.keyboard.press(`Alt+${steps.indexOf(name) + 1}`);
    await this.main(name).waitFor();
  }

  async goToProjects(): Promise<void> {
    await this.page.keyboard.press('Alt+0');
    await this.main('Projects').waitFor();
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** Presses a key and waits until the line at the bottom says what it did. */
  async pressAndHear(key: string, said: string): Promise<void> {
    await this.press(key);
    await this.hear(said);
  }

  async hear(said: string): Promise<void> {
    await this.notice.filter({ hasText: said }).waitFor();
  }
}
