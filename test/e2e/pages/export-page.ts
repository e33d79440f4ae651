/** The Export page: where the copy goes, what will be in it, and what was written. */
import type { Locator } from 'playwright-core';
import { Frame } from './frame.ts';

export class ExportPage extends Frame {
  readonly folder: Locator = this.page.getByRole('textbox', { name: 'A new or empty folder' });
  readonly classes: Locator = this.page.getByRole('list', { name: 'Images per class, before and after' });
  readonly written: Locator = this.page.getByRole('region', { name: 'Written' });

  async write(folder: string): Promise<void> {
    await this.folder.fill(folder);
    await this.classes.waitFor();
    await this.button(/^Write the copy/).click();
    await this.written.waitFor({ timeout: 30_000 });
  }
}
