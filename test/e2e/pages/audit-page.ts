/** The Audit page: the picture that is asked about, and what the judgements say. */
import type { Locator, Page } from 'playwright-core';
import { JudgingPage } from './judging-page.ts';

export class AuditPage extends JudgingPage {
  readonly panel: Locator = this.page.getByRole('complementary', { name: 'What the audit says' });

  constructor(page: Page) {
    super(page, 'Audit', 'Every drawn');
  }
}
