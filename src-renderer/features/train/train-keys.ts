/** Keys of the Train page. */
import type { KeyMap } from '../../lib/key-map.ts';

export const trainKeys = [
  { id: 'train/start', title: 'Train', group: 'Training', keys: ['Mod+Enter'] },
  { id: 'train/pause', title: 'Pause, or go on', group: 'Training', keys: ['P'] },
  { id: 'train/advanced', title: 'Open or fold the settings', group: 'Training', keys: ['S'] },
  { id: 'train/review', title: 'Go to the suspects', group: 'Training', keys: ['R'] },
] as const satisfies KeyMap;
