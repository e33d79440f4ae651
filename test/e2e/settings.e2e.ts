/** Settings and About: without a project, by keyboard, against the real host. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { makeOnnxModel } from '../factories/make-onnx-model.ts';
import { describeApp, it } from './app-test.ts';
import { SettingsPage } from './pages/settings-page.ts';

const shape = ['n', 3, 'h', 'w'];
const model = makeOnnxModel({
  inputs: [{ name: 'x', shape }],
  outputs: [{ name: 'y', shape }],
  nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'] }],
});

describeApp('settings', () => {
  it('lists the engines with their reasons, checks them, and shows what was found', async ({ app }) => {
    const page = await app.open();
    const settings = new SettingsPage(page);
    await settings.main('Projects').waitFor();
    await settings.open();
    expect(await settings.engine('TensorFlow').textContent()).toContain('Not available');
    expect(await settings.engines.textContent()).toContain('No engine pack is installed');
    expect(await settings.engines.textContent()).toMatch(/The next training takes .+: .+\./);
    await settings.press('c');
    await page.getByRole('region', { name: 'Checking the engines' }).waitFor();
    await settings.engine('WebAssembly').filter({ hasText: 'GFLOP/s' }).waitFor({ timeout: 40_000 });
    await page.getByText('What the self-checks found').click();
    await page.getByRole('cell', { name: 'L2RW step: alignments' }).waitFor();
  });

  it('adds a backbone of the user, says why another is refused, and removes it', async ({ app }) => {
    const file = path.join(app.folder, 'birds.onnx');
    writeFileSync(file, model);
    const page = await app.open();
    const settings = new SettingsPage(page);
    await settings.main('Projects').waitFor();
    await settings.open();
    await settings.addModel(path.join(app.folder, 'cats.onnx'));
    await page.getByRole('alert').filter({ hasText: 'There is no file' }).first().waitFor();
    await settings.addModel(file);
    await settings.backbones.getByRole('row', { name: /^birds Installed/ }).waitFor();
    await page.getByRole('button', { name: /^Remove\W+birds/ }).click();
    await settings.backbones.getByRole('row', { name: /^birds/ }).waitFor({ state: 'detached' });
  });

  it('shows whose work is in the app, and the text of a licence', async ({ app }) => {
    const page = await app.open();
    const settings = new SettingsPage(page);
    await settings.main('Projects').waitFor();
    await settings.button('About Touchstone').click();
    await settings.main('About Touchstone').waitFor();
    await page.getByRole('textbox', { name: 'Search names and licences' }).fill('onnxruntime-common');
    await page.getByRole('row', { name: /^onnxruntime-common/ }).waitFor();
    await page.getByRole('textbox', { name: 'Search names and licences' }).fill('svelte 5');
    await page.getByRole('button', { name: /^Text\W+svelte 5/ }).click();
    await page.getByRole('dialog').getByText('Permission is hereby granted').waitFor();
  });
});
