/** The dialog that shows the host's folders, where the system has none for it. */
import type { Page } from 'playwright-core';

export class FolderDialog {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Types the path of a file and takes it. */
  async chooseFile(file: string): Promise<void> {
    const field = this.#page.getByRole('dialog').getByRole('textbox', { name: 'Folder or file' });
    await field.fill(file);
    await field.press('Enter');
  }

  /** Types a folder and takes it. */
  async choose(folder: string): Promise<void> {
    const field = this.#page.getByRole('dialog').getByRole('textbox', { name: 'Folder' });
    await field.fill(folder);
    await field.press('Enter');
    await this.#page.getByRole('dialog').getByRole('button', { name: 'Choose this folder' }).click();
  }
}
