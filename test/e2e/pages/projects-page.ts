/** The Projects page: making, opening, and the example. */
import { Frame } from './frame.ts';
import { FolderDialog } from './folder-dialog.ts';

export class ProjectsPage extends Frame {
  readonly folders = new FolderDialog(this.page);

  async waitFor(): Promise<void> {
    await this.main('Projects').waitFor();
  }

  /** Chooses pictures in the page's own folder dialog and takes the name and place that are proposed. */
  async create(pictures: string): Promise<void> {
    await this.press('N');
    await this.folders.choose(pictures);
    await this.page.getByRole('dialog', { name: 'New project' }).waitFor();
    await this.press('Enter');
    await this.main('Import').waitFor();
  }

  async tryExample(): Promise<void> {
    await this.press('E');
    await this.main('Import').waitFor({ timeout: 45_000 });
  }

  async open(name: string): Promise<void> {
    await this.waitFor();
    const recent = this.page.getByRole('region', { name: 'Recent projects' });
    await recent.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button').first().waitFor();
  }
}
