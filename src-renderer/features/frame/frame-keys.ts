/** Keys that work on every page. */
import type { KeyMap } from '../../lib/key-map.ts';

export const frameKeys = [
  { id: 'frame/undo', title: 'Undo', group: 'Everywhere', keys: ['Z', 'Mod+Z'] },
  { id: 'frame/redo', title: 'Redo', group: 'Everywhere', keys: ['Shift+Z', 'Mod+Shift+Z', 'Mod+Y'] },
  { id: 'frame/help', title: 'Show these keys', group: 'Everywhere', keys: ['?', 'F1'] },
  { id: 'frame/import', title: 'Go to Import', group: 'Pages', keys: ['Alt+1'] },
  { id: 'frame/trusted', title: 'Go to Trusted set', group: 'Pages', keys: ['Alt+2'] },
  { id: 'frame/train', title: 'Go to Train', group: 'Pages', keys: ['Alt+3'] },
  { id: 'frame/review', title: 'Go to Review', group: 'Pages', keys: ['Alt+4'] },
  { id: 'frame/audit', title: 'Go to Audit', group: 'Pages', keys: ['Alt+5'] },
  { id: 'frame/export', title: 'Go to Export', group: 'Pages', keys: ['Alt+6'] },
  { id: 'frame/projects', title: 'Go to Projects', group: 'Pages', keys: ['Alt+0'] },
  { id: 'frame/settings', title: 'Go to Settings', group: 'Pages', keys: ['Mod+,'] },
  { id: 'frame/fold', title: 'Fold the left column', group: 'Pages', keys: ['Mod+B'] },
] as const satisfies KeyMap;
