/** Where this window was, so that loading it again leads back there. Kept by the window itself: another one has its own place. */
import type { PageName } from './page-names.ts';
import { pageNames } from './page-names.ts';

export interface Place {
  readonly folder: string;
  readonly page: PageName;
}

const key = 'touchstone/place';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function rememberPlace(place: Place | null, store: Store = sessionStorage): void {
  if (place === null) store.removeItem(key);
  else store.setItem(key, `${place.page} ${place.folder}`);
}

/** Null where nothing is remembered, or something that no version wrote. */
export function recallPlace(store: Store = sessionStorage): Place | null {
  const [, name, folder] = /^(\w+) (.+)$/s.exec(store.getItem(key) ?? '') ?? [];
  const page = pageNames.find((known) => known === name);
  return page && folder !== undefined ? { folder, page } : null;
}

/** The project that the address asks for, as `touchstone serve <project>` prints it: `#project=<folder>`, escaped. Null without one. */
export function projectInAddress(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('project');
}
