/** Keys of the Import page. */
import type { KeyMap } from '../../lib/key-map.ts';

export const importKeys = [
  { id: 'import/folder', title: 'Choose a folder', group: 'Import', keys: ['O'] },
  { id: 'import/manifest', title: 'Choose a manifest', group: 'Import', keys: ['M'] },
  { id: 'import/start', title: 'Import what was found, or go to the next step', group: 'Import', keys: ['Mod+Enter'] },
  { id: 'import/update', title: 'Look again for new and changed images', group: 'Import', keys: ['R'] },
  { id: 'import/leave', title: 'Leave the preview', group: 'Import', keys: ['Escape'], isRemappable: false },
] as const satisfies KeyMap;
