/** The Train page: its settings, the run that goes on, and the runs there were. */
import type { Locator } from 'playwright-core';
import { Frame } from './frame.ts';

export class TrainPage extends Frame {
  readonly running: Locator = this.page.getByRole('region', { name: 'Running' });
  readonly sentence: Locator = this.running.getByRole('status');
  readonly runs: Locator = this.page.getByRole('region', { name: 'Runs' }).locator('tbody tr');
  readonly charts: Locator = this.main('Train').getByRole('figure');

  async openSettings(): Promise<void> {
    await this.main('Train')
      .getByRole('button', { name: /^Settings/ })
      .click();
    await this.page.getByRole('textbox', { name: 'Epochs', exact: true }).waitFor();
  }

  async chooseNetwork(name: string): Promise<void> {
    await this.choose('Network', name);
  }

  async choose(setting: string, option: string): Promise<void> {
    await this.page.getByLabel(new RegExp(`^${setting}:`)).click();
    await this.page.getByRole('option', { name: new RegExp(`^${option}`) }).click();
  }

  async type(setting: string, value: number): Promise<void> {
    await this.page.getByRole('textbox', { name: setting, exact: true }).fill(String(value));
  }

  async start(): Promise<void> {
    await this.press('Escape');
    await this.button(/^Train( again)?\b.*Enter$/).click();
    await this.running.waitFor();
  }

  async waitUntilFinished(): Promise<void> {
    await this.runs.first().filter({ hasText: 'Finished' }).waitFor({ timeout: 40_000 });
  }

  /** The epoch that the run is in, from 1; 0 before the first. */
  async epoch(): Promise<number> {
    const [, epoch] = /epoch ([\d,]+) of/.exec((await this.sentence.textContent()) ?? '') ?? [];
    return epoch === undefined ? 0 : Number(epoch.replaceAll(',', ''));
  }
}
