/** The Trusted set page: the question that is asked, and what the answers came to. */
import type { Locator } from 'playwright-core';
import { Frame } from './frame.ts';

export class TrustedPage extends Frame {
  readonly question: Locator = this.main('Trusted set').getByRole('heading', { level: 2 }).first();
  readonly health: Locator = this.page.getByRole('complementary', { name: 'How good the trusted set is' });

  async waitForQuestion(): Promise<void> {
    await this.question.filter({ hasText: /^Is this/ }).waitFor();
  }

  /** Path of the picture that is asked about. */
  async shownPath(): Promise<string> {
    return (await this.main('Trusted set').locator('p[title]').first().getAttribute('title')) ?? '';
  }

  /** Answers by a key, and waits for the next question. */
  async answer(key: string): Promise<void> {
    const before = await this.shownPath();
    await this.press(key);
    await this.page.waitForFunction(
      (path) => document.querySelector('main p[title]')?.getAttribute('title') !== path,
      before,
    );
  }

  /** True once the coach asks no more. Waits until it has made up its mind. */
  async isDone(): Promise<boolean> {
    await this.question.waitFor();
    return (await this.question.textContent())?.startsWith('Enough is checked') ?? false;
  }
}
