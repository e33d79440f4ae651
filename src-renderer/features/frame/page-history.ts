/** Keeps the pages that were shown in the browser's history: its back button leads to the page before, not out of the app. */
import type { PageName } from './page-names.ts';
import { pageNames } from './page-names.ts';

type Entries = Pick<History, 'state' | 'pushState' | 'replaceState'>;

export class PageHistory {
  readonly #entries: Entries;
  #shown: PageName | null = null;

  constructor(entries: Entries = history) {
    this.#entries = entries;
  }

  /**
   * Remembers the page that is shown now. Neither going back nor loading the window again makes an entry: the one that is current
   * names the page already.
   */
  show(page: PageName): void {
    const isFirst = this.#shown === null;
    this.#shown = page;
    const current = pageOf(this.#entries.state);
    if (isFirst && current === null) this.#entries.replaceState({ page }, '');
    else if (!isFirst && current !== page) this.#entries.pushState({ page }, '');
  }
}

/** The page that an entry of the history stands for; null where it is none of ours. */
export function pageOf(state: unknown): PageName | null {
  const page: unknown = typeof state === 'object' && state !== null && 'page' in state ? state.page : null;
  return pageNames.find((name) => name === page) ?? null;
}
