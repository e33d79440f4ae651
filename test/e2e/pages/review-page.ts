/** The Review page: the grid, its focus and selection, what is shown, and the question before large actions. */
import type { Locator } from 'playwright-core';
import { Frame } from './frame.ts';

export class ReviewPage extends Frame {
  readonly grid: Locator = this.page.getByRole('grid');
  readonly cells: Locator = this.grid.getByRole('gridcell');
  readonly panel: Locator = this.page.getByRole('complementary', { name: 'Image in focus' });
  readonly shownCount: Locator = this.main('Review').getByRole('status').first();
  readonly selection: Locator = this.page.getByRole('toolbar', { name: 'Selected images' }).getByRole('status');
  readonly question: Locator = this.page.getByRole('dialog');
  readonly classPicker: Locator = this.page.getByRole('dialog').getByRole('combobox');
  readonly large: Locator = this.page.getByRole('region', { name: 'Large view' });
  readonly search: Locator = this.page.getByRole('searchbox');

  async waitFor(): Promise<void> {
    await this.main('Review').waitFor();
    await this.panel.locator('p[title]').first().waitFor();
  }

  /** Place in the list of the picture in focus, from 0. */
  async focusIndex(): Promise<number> {
    return Number((await this.grid.getAttribute('aria-activedescendant'))?.replace('cell-', ''));
  }

  async focusPath(): Promise<string> {
    return (await this.panel.locator('p[title]').first().getAttribute('title')) ?? '';
  }

  /** Puts the focus on a place by keys alone. */
  async moveTo(index: number): Promise<void> {
    await this.press('Control+Home');
    for (let step = 0; step < index; step += 1) await this.press('ArrowRight');
    await this.page.waitForFunction(
      (id) => document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant') === id,
      `cell-${index}`,
    );
  }

  columns(): Promise<number> {
    return this.grid.getAttribute('aria-colcount').then(Number);
  }

  cell(index: number): Locator {
    return this.page.locator(`#cell-${index}`);
  }

  async waitForTotal(total: number): Promise<void> {
    await this.shownCount.filter({ hasText: new RegExp(`\\b${total} images?\\b`) }).waitFor();
  }

  async find(text: string): Promise<void> {
    await this.press('f');
    await this.search.fill(text);
    await this.search.press('Escape');
  }
}
