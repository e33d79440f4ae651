/** A newcomer's way through the whole app: from pictures to a clean copy. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { describeServed, it } from './app-test.ts';
import { drawDataset } from './drawn-pictures.ts';
import { ExportPage } from './pages/export-page.ts';
import { ImportPage } from './pages/import-page.ts';
import { ProjectsPage } from './pages/projects-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { TrainPage } from './pages/train-page.ts';
import { TrustedPage } from './pages/trusted-page.ts';

describeServed('first run', () => {
  it('goes from images to a clean copy', async ({ app }) => {
    const pictures = path.join(app.folder, 'stripes');
    const drawn = await drawDataset(pictures, 24, 4);
    const truth = new Map(drawn.map((picture) => [picture.path, picture.trueLabel]));
    const page = await app.open();

    await new ProjectsPage(page).create(pictures);
    const imports = new ImportPage(page);
    await imports.waitForPreview();
    await imports.importFound();
    expect(await imports.bars.count()).toBe(3);
    await imports.press('Control+Enter');

    const trusted = new TrustedPage(page);
    await trusted.waitForQuestion();
    const classes = ['across', 'down', 'spots'];
    while (!(await trusted.isDone())) {
      const file = await trusted.shownPath();
      const [given] = file.split('/');
      const shown = truth.get(file) ?? '';
      await trusted.answer(shown === given ? 'Enter' : String(classes.indexOf(shown) + 1));
    }
    await trusted.press('Control+Enter');

    const train = new TrainPage(page);
    await train.openSettings();
    await train.chooseNetwork('LeNet');
    await train.type('Epochs', 4);
    await train.type('Images per step', 24);
    await train.type('Trusted images per step', 9);
    await train.start();
    await train.waitUntilFinished();
    expect(await train.charts.count()).toBeGreaterThanOrEqual(4);
    await train.press('r');

    const review = new ReviewPage(page);
    await review.waitFor();
    const dropped = await review.focusPath();
    await review.pressAndHear('d', 'rop');
    const relabelled = await review.focusPath();
    await review.pressAndHear('a', 'uggest');

    await review.goTo('Export');
    const target = path.join(app.folder, 'clean');
    const exports = new ExportPage(page);
    await exports.write(target);

    const written = readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png'));
    expect(written).toHaveLength(drawn.length - 1);
    expect(existsSync(path.join(pictures, dropped))).toBe(true);
    const bytes = readFileSync(path.join(pictures, relabelled));
    const [old] = relabelled.split('/');
    const copies = written.filter((name) => readFileSync(path.join(target, name)).equals(bytes));
    expect(copies).toHaveLength(1);
    expect(copies[0]?.startsWith(`${old}${path.sep}`)).toBe(false);
  });
});
