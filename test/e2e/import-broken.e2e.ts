/** A folder as people really have them: with files that are broken, empty, twice there or no pictures at all. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { describeServed, it } from './app-test.ts';
import { drawDataset, drawPicture } from './drawn-pictures.ts';
import { ImportPage } from './pages/import-page.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { countStored } from './prepared-project.ts';

/** Files without a readable picture, and the words of their reason. */
const broken = {
  'across/cut.png': 'Cut off',
  'across/empty.png': 'Empty',
  'down/letter.jpg': 'Unknown format',
  'stray.png': 'No label',
} as const;
/** Readable, but worth a remark. */
const remarked = { 'down/again.png': 'Same content, other label', 'across/twin.png': 'Same content twice' } as const;

async function makeBrokenFolder(folder: string): Promise<void> {
  await drawDataset(folder, 6);
  const picture = await drawPicture('across', 0);
  writeFileSync(path.join(folder, 'across/cut.png'), picture.subarray(0, Math.floor(picture.length / 2)));
  writeFileSync(path.join(folder, 'across/empty.png'), '');
  writeFileSync(path.join(folder, 'down/letter.jpg'), 'Dear reader, this is no image.');
  writeFileSync(path.join(folder, 'stray.png'), await drawPicture('spots', 77));
  writeFileSync(path.join(folder, 'across/twin.png'), picture);
  writeFileSync(path.join(folder, 'down/again.png'), picture);
}

describeServed('import of a folder with broken files', () => {
  it('says what it found before it writes, and names every file with its reason', async ({ app }) => {
    const folder = path.join(app.folder, 'broken');
    await makeBrokenFolder(folder);
    const page = await app.open();
    await new ProjectsPage(page).create(folder);

    const imports = new ImportPage(page);
    await imports.waitForPreview();
    expect(Object.keys(await imports.readProblems())).toEqual(['stray.png']);
    expect(await imports.bars.count()).toBe(3);
    expect(countStored(path.join(app.home, 'Touchstone', 'broken'))).toBe(0);

    await imports.importFound();
    const problems = await imports.readProblems();
    expect(Object.keys(problems).sort()).toEqual([...Object.keys(broken), ...Object.keys(remarked)].sort());
    for (const [file, reason] of Object.entries({ ...broken, ...remarked })) {
      expect(problems[file], file).toContain(reason);
    }
    expect(countStored(path.join(app.home, 'Touchstone', 'broken'))).toBe(20);
  });

  it('shows the images of a class through its bar, and of a remark through its button', async ({ app }) => {
    const folder = path.join(app.folder, 'broken');
    await makeBrokenFolder(folder);
    const page = await app.open();
    await new ProjectsPage(page).create(folder);
    const imports = new ImportPage(page);
    await imports.waitForPreview();
    await imports.importFound();

    await imports.pickClass('down');
    const review = new ReviewPage(page);
    await review.waitForTotal(7);
    await review.goTo('Import');
    await imports.button(/^Same content twice/).click();
    await imports.button('Show in Review').click();
    await review.waitForTotal(1);
    expect(await review.focusPath()).toBe('across/twin.png');
  });
});
