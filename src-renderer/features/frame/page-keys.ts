/** The keys of each page. What the cheat sheet shows is what these maps say. */
import type { KeyMap } from '../../lib/key-map.ts';
import { reviewKeys } from '../review/review-keys.ts';
import { frameKeys } from './frame-keys.ts';
import type { PageName } from './page-names.ts';

const ownKeys: Readonly<Record<PageName, KeyMap>> = {
  projects: [],
  import: [],
  trusted: [],
  train: [],
  review: reviewKeys,
  export: [],
};

/** The page's own keys first, then those that work everywhere. */
export function keysOfPage(page: PageName): KeyMap {
  return [...ownKeys[page], ...frameKeys];
}
