/** The Trusted set page: the question that is asked, and what the answers came to. */
import type { Locator, Page } from 'playwright-core';
import { JudgingPage } from './judging-page.ts';

export class TrustedPage extends JudgingPage {
  readonly health: Locator = this.page.getByRole('complementary', { name: 'How good the trusted set is' });

  constructor(page: Page) {
    super(page, 'Trusted set', 'Enough is checked');
  }
}
