/** What the pages that ask about one picture after the other share: the question, and answering it by a key. */
import type { Locator, Page } from 'playwright-core';
import { Frame } from './frame.ts';

type JudgingTitle = 'Trusted set' | 'Audit';

export class JudgingPage extends Frame {
  readonly question: Locator;
  readonly #path: Locator;
  readonly #doneWords: string;

  /** `doneWords`: what the question's place says once nothing is asked any more. */
  constructor(page: Page, title: JudgingTitle, doneWords: string) {
    super(page);
    const main = this.main(title);
    this.question = main.getByRole('heading', { level: 2 }).first();
    this.#path = main.locator('p[title]').first();
    this.#doneWords = doneWords;
  }

  async waitForQuestion(): Promise<void> {
    await this.question.filter({ hasText: /^Is this/ }).waitFor();
  }

  /** Path of the picture that is asked about; empty when nothing is asked. */
  async shownPath(): Promise<string> {
    return (await this.#path.count()) === 0 ? '' : ((await this.#path.getAttribute('title')) ?? '');
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

  /** True once nothing is asked any more. Waits until the page has made up its mind. */
  async isDone(): Promise<boolean> {
    await this.question.waitFor();
    return (await this.question.textContent())?.startsWith(this.#doneWords) ?? false;
  }
}
