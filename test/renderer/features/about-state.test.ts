import { beforeEach, describe, expect, it } from 'vitest';
import { AboutState } from '../../../src-renderer/features/about/about-state.svelte.ts';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import { openWork, type OpenWork } from './open-work.ts';

let open: OpenWork;
let about: AboutState;

beforeEach(async () => {
  open = await openWork({ isClosed: true });
  about = new AboutState(open.app);
  await about.load();
});

describe('the About page', () => {
  it('knows the versions and everything that has a licence', () => {
    expect(about.info?.version).not.toBe('');
    expect(about.found).toHaveLength(4);
  });

  it('finds by name, licence and kind, in any order and any case', () => {
    const names = (words: string): string[] => {
      about.words = words;
      return about.found.map(({ name }) => name);
    };
    expect(names('SHARP')).toEqual(['sharp 0.35.5']);
    expect(names('apache package')).toEqual(['sharp 0.35.5']);
    expect(names('backbone apache')).toEqual(['MobileNet v1']);
    expect(names('gpl')).toEqual([]);
    expect(names('')).toHaveLength(4);
  });

  it('shows what it copies for a report', async () => {
    open.api.handlers['app/details'] = ({ shown }) => ({ text: `Touchstone 1.0${shown ?? ''}` });
    expect(await about.gatherReport()).toBe('Touchstone 1.0');
    expect(about.report).toBe('Touchstone 1.0');
  });

  it('reports an error with what the host knows, and without it where the host is gone', async () => {
    open.api.handlers['app/details'] = ({ shown }) => ({ text: `Touchstone 1.0, ${shown}` });
    open.app.reportError(new TouchstoneError('disk-full', 'The disk is full.'));
    expect(await open.app.gatherReport(open.app.notice?.details ?? '')).toBe(
      'Touchstone 1.0, disk-full: The disk is full.',
    );
    open.api.setConnection('lost');
    expect(await open.app.gatherReport('disk-full: The disk is full.')).toMatch(
      /^disk-full: [^]*The connection was lost/,
    );
  });

  it('opens the text of one, and of the last that was asked for', async () => {
    const [app, tar] = about.entries ?? [];
    if (!app || !tar) throw new Error('There are four entries.');
    open.api.delayMs = 5;
    const first = about.show(app);
    await Promise.all([first, about.show(tar)]);
    expect(about.open).toEqual({ entry: tar, text: 'Text of tar 7.5.23' });
    about.close();
    expect(about.open).toBeNull();
  });
});
