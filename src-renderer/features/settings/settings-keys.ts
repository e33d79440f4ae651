/** Keys of the Settings page. */
import type { KeyMap } from '../../lib/key-map.ts';

export const settingsKeys = [
  { id: 'settings/check', title: 'Check the engines', group: 'Settings', keys: ['C'] },
] as const satisfies KeyMap;
