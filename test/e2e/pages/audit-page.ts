/** The Audit page: the picture that is asked about, and what the judgements say. */
import type { Locator } from 'playwright-core';
import { Frame } from './frame.ts';

export class AuditPage extends Frame {
  readonly question: Locator = this.main('Audit').getByRole('heading', { level: 2 }).first();
  readonly panel: Locator = this.page.getByRole('complementary', { name: 'What the audit says' });

  async waitForQuestion(): Promise<void> {
    await this.question.filter({ hasText: /^Is this/ }).waitFor();
  }

  /** Path of the picture that is asked about; empty when nothing is asked. */
  async shownPath(): Promise<string> {
    const path = this.main('Audit').locator('p[title]').first();
    return (await path.count()) === 0 ? '' : ((await path.getAttribute('title')) ?? '');
  }

  /** Judges by a key, and waits for the next picture. */
  async answer(key: string): Promise<void> {
    const before = await this.shownPath();
    await this.press(key);
    await this.page.waitForFunction(
      (path) => document.querySelector('main p[title]')?.getAttribute('title') !== path,
      before,
    );
  }

  /** True once every drawn picture is judged. */
  async isDone(): Promise<boolean> {
    await this.question.waitFor();
    return (await this.question.textContent())?.startsWith('Every drawn') ?? false;
  }
}
