/** The Import page: the preview, the report, and their lists. */
import type { Locator } from 'playwright-core';
import { Frame } from './frame.ts';

export class ImportPage extends Frame {
  readonly lead: Locator = this.main('Import').getByRole('banner').or(this.main('Import').locator('header')).first();
  readonly problems: Locator = this.page.getByRole('region', { name: 'Problems' });
  readonly bars: Locator = this.page.getByRole('list', { name: 'Images per class' }).getByRole('listitem');

  async waitForPreview(): Promise<void> {
    await this.main('Import').getByText('Nothing has been written yet').waitFor();
  }

  async importFound(): Promise<void> {
    await this.main('Import')
      .getByRole('button', { name: /^Import/ })
      .click();
    await this.waitForReport();
  }

  async waitForReport(): Promise<void> {
    await this.button(/^Look again/).waitFor({ timeout: 45_000 });
  }

  /** The problem files that are listed, each with its reason. */
  async readProblems(): Promise<Readonly<Record<string, string>>> {
    const items = this.problems.getByRole('listitem');
    const found: Record<string, string> = {};
    for (const item of await items.all()) {
      const [file, reason] = (await item.locator('p').allTextContents()) as [string, string];
      found[file] = reason;
    }
    return found;
  }

  /** Shows a class in Review through its bar. */
  async pickClass(name: string): Promise<void> {
    await this.bars.getByRole('button', { name: new RegExp(`^Show ${name} in Review`) }).click();
    await this.main('Review').waitFor();
  }
}
