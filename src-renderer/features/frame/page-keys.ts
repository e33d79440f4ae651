/** The keys of each page. What the cheat sheet shows is what these maps say. */
import type { KeyMap } from '../../lib/key-map.ts';
import { auditKeys } from '../audit/audit-keys.ts';
import { exportKeys } from '../export/export-keys.ts';
import { importKeys } from '../import/import-keys.ts';
import { projectsKeys } from '../projects/projects-keys.ts';
import { reviewKeys } from '../review/review-keys.ts';
import { settingsKeys } from '../settings/settings-keys.ts';
import { trainKeys } from '../train/train-keys.ts';
import { trustedKeys } from '../trusted/trusted-keys.ts';
import { frameKeys } from './frame-keys.ts';
import type { PageName } from './page-names.ts';

const ownKeys: Readonly<Record<PageName, KeyMap>> = {
  projects: projectsKeys,
  import: importKeys,
  trusted: trustedKeys,
  train: trainKeys,
  review: reviewKeys,
  audit: auditKeys,
  export: exportKeys,
  settings: settingsKeys,
  about: [],
};

/** The page's own keys first, then those that work everywhere. */
export function keysOfPage(page: PageName): KeyMap {
  return [...ownKeys[page], ...frameKeys];
}
