/** Keys of the Export page. */
import type { KeyMap } from '../../lib/key-map.ts';

export const exportKeys = [
  { id: 'export/start', title: 'Write the clean copy', group: 'Export', keys: ['Mod+Enter'] },
  { id: 'export/folder', title: 'Choose where', group: 'Export', keys: ['O'] },
] as const satisfies KeyMap;
