import { describe, expect, it } from 'vitest';
import { PageHistory, pageOf } from '../../../src-renderer/features/frame/page-history.ts';
import type { PageName } from '../../../src-renderer/features/frame/page-names.ts';

/** A browser's history, with its entries in the order they were made. */
function fakeHistory(...pages: PageName[]) {
  const entries: unknown[] = pages.length === 0 ? [null] : pages.map((page) => ({ page }));
  let at = entries.length - 1;
  return {
    entries,
    get state(): unknown {
      return entries[at];
    },
    pushState: (state: unknown) => {
      entries.splice(at + 1, entries.length, state);
      at += 1;
    },
    replaceState: (state: unknown) => void (entries[at] = state),
    back: () => entries[--at],
  };
}

describe('the history of the pages', () => {
  it('has an entry for each page that was gone to, and leads back to the one before', () => {
    const entries = fakeHistory();
    const pages = new PageHistory(entries);
    pages.show('projects');
    pages.show('train');
    pages.show('review');
    expect(entries.entries.map(pageOf)).toEqual(['projects', 'train', 'review']);
    expect(pageOf(entries.back())).toBe('train');
    pages.show('train');
    pages.show('export');
    expect(entries.entries.map(pageOf)).toEqual(['projects', 'train', 'export']);
  });

  it('gets no second entry when the window is loaded again and goes back to its page', () => {
    const entries = fakeHistory('projects', 'train');
    const pages = new PageHistory(entries);
    pages.show('projects');
    pages.show('train');
    expect(entries.entries.map(pageOf)).toEqual(['projects', 'train']);
  });

  it('knows an entry that is none of the app', () => {
    expect([null, 'train', {}, { page: 'nowhere' }].map(pageOf)).toEqual([null, null, null, null]);
  });
});
