import { describe, expect, it } from 'vitest';
import { openWork } from './open-work.ts';
import { settle } from './open-review.ts';

describe('choosing a path in a browser', () => {
  it('walks the folders of the host and gives the one that is taken', async () => {
    const { chooser } = await openWork();
    const asked = chooser.choose('folder', 'Choose');
    await settle();
    expect(chooser.isOpen).toBe(true);
    const [documents] = chooser.entries;
    if (documents) chooser.openEntry(documents);
    await settle();
    expect(chooser.listing?.folder).toBe('/home/me/Documents');
    chooser.take(chooser.listing?.folder ?? '');
    expect(await asked).toBe('/home/me/Documents');
    expect(chooser.isOpen).toBe(false);
  });

  it('shows manifests only where one is looked for, and takes one by opening it', async () => {
    const { chooser } = await openWork();
    void chooser.choose('folder', 'Choose');
    await settle();
    expect(chooser.entries.map(({ kind }) => kind)).not.toContain('manifest');
    const asked = chooser.choose('manifest', 'Choose');
    await settle();
    const manifest = chooser.entries.find(({ kind }) => kind === 'manifest');
    if (manifest) chooser.openEntry(manifest);
    expect(await asked).toBe('/home/me/labels.csv');
  });

  it('takes a project by opening it, but walks into one where a folder is looked for', async () => {
    const { chooser } = await openWork();
    const asked = chooser.choose('project', 'Choose');
    await settle();
    chooser.openEntry({ name: 'Example', kind: 'project' });
    expect(await asked).toBe('/home/me/Example');
    void chooser.choose('folder', 'Choose');
    await settle();
    chooser.openEntry({ name: 'Example', kind: 'project' });
    await settle();
    expect(chooser.listing?.folder).toBe('/home/me/Example');
    expect(chooser.isOpen).toBe(true);
  });

  it('takes the folder that was typed, not the one that is still shown, and none that is not there', async () => {
    const { chooser } = await openWork();
    const asked = chooser.choose('folder', 'Choose');
    await settle();
    await chooser.takeFolder('/missing');
    expect([chooser.isOpen, chooser.failure]).toEqual([true, 'The folder /missing is not there. Choose another one.']);
    await chooser.takeFolder('/home/me/Documents');
    expect(await asked).toBe('/home/me/Documents');
  });

  it('wants a whole path, and takes the folder that is shown after a wrong one', async () => {
    const { api, chooser } = await openWork();
    const asked = chooser.choose('folder', 'Choose');
    await settle();
    const before = api.calls.length;
    for (const typed of ['', 'Documents', '../here']) {
      chooser.enter(typed);
      expect(chooser.failure).toContain('whole path');
    }
    expect(api.calls).toHaveLength(before);
    await chooser.takeFolder(chooser.listing?.folder ?? '');
    expect(await asked).toBe('/home/me');
  });

  it('takes a file of the kind that is looked for when its path is typed', async () => {
    const { chooser } = await openWork();
    const asked = chooser.choose('model', 'Choose');
    await settle();
    expect(chooser.entries.map(({ kind }) => kind)).not.toContain('manifest');
    chooser.enter('/home/me/labels.csv');
    await settle();
    expect(chooser.isOpen).toBe(true);
    chooser.enter('/home/me/birds.onnx');
    expect(await asked).toBe('/home/me/birds.onnx');
  });

  it('stays where it is and says why when a folder cannot be read', async () => {
    const { chooser } = await openWork();
    void chooser.choose('folder', 'Choose');
    await settle();
    await chooser.goTo('/missing');
    expect(chooser.listing?.folder).toBe('/home/me');
    expect(chooser.failure).toBe('The folder /missing is not there. Choose another one.');
    await chooser.goTo('/home/me');
    expect(chooser.failure).toBe('');
  });

  it('answers null when it is closed, and when another question takes its place', async () => {
    const { chooser } = await openWork();
    const first = chooser.choose('folder', 'First');
    await settle();
    const second = chooser.choose('folder', 'Second');
    expect(await first).toBeNull();
    await settle();
    chooser.close();
    expect(await second).toBeNull();
  });
});

describe('choosing a path on the desktop', () => {
  it('uses the dialogs of the system', async () => {
    const desktop = {
      chooseFolder: async () => 'C:\\pictures',
      chooseFile: async (_title: string, kind: string) => `C:\\one of kind ${kind}`,
    };
    const { chooser } = await openWork({ desktop });
    expect(await chooser.choose('folder', 'Choose')).toBe('C:\\pictures');
    expect(await chooser.choose('manifest', 'Choose')).toBe('C:\\one of kind manifest');
    expect(await chooser.choose('model', 'Choose')).toBe('C:\\one of kind model');
    expect(chooser.isOpen).toBe(false);
  });
});
