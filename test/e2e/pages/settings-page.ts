/** The Settings page. */
import type { Locator } from 'playwright-core';
import { FolderDialog } from './folder-dialog.ts';
import { Frame } from './frame.ts';

export class SettingsPage extends Frame {
  readonly engines: Locator = this.page.getByRole('region', { name: 'Engines' });
  readonly backbones: Locator = this.page.getByRole('region', { name: 'Backbones' });

  async open(): Promise<void> {
    await this.press('ControlOrMeta+,');
    await this.backbones.waitFor();
  }

  /** Adds a model by its path. */
  async addModel(file: string): Promise<void> {
    await this.button('Add an ONNX model of your own').click();
    await new FolderDialog(this.page).chooseFile(file);
  }

  /** The row of an engine. */
  engine(name: string): Locator {
    return this.engines.getByRole('row', { name: new RegExp(`^${name} `) });
  }
}
