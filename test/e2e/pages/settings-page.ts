/** The Settings page. */
import type { Locator } from 'playwright-core';
import { Frame } from './frame.ts';

export class SettingsPage extends Frame {
  readonly engines: Locator = this.page.getByRole('region', { name: 'Engines' });
  readonly backbones: Locator = this.page.getByRole('region', { name: 'Backbones' });

  async open(): Promise<void> {
    await this.press('ControlOrMeta+,');
    await this.backbones.waitFor();
  }

  /** The row of an engine. */
  engine(name: string): Locator {
    return this.engines.getByRole('row', { name: new RegExp(`^${name} `) });
  }
}
