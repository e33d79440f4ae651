/** Keys of the Trusted set page. Letters that stand for nothing here open the choice of a class with that letter typed. */
import type { KeyMap } from '../../lib/key-map.ts';
import { digitKeys } from '../judging/judging.ts';

export const trustedKeys = [
  { id: 'trusted/right', title: 'Yes, the label is right', group: 'Check', keys: ['Enter', 'Y'] },
  { id: 'trusted/unsure', title: 'Unsure', group: 'Check', keys: ['U'] },
  { id: 'trusted/other', title: 'It is another class: choose by typing', group: 'Check', keys: ['/', 'L'] },
  {
    id: 'trusted/digit',
    title: 'It is one of the first ten classes',
    group: 'Check',
    keys: [...digitKeys],
    isRemappable: false,
  },
  { id: 'trusted/skip', title: 'Next image', group: 'Move', keys: ['ArrowRight', 'ArrowDown'], isRemappable: false },
  { id: 'trusted/back', title: 'Previous image', group: 'Move', keys: ['ArrowLeft', 'ArrowUp'], isRemappable: false },
  { id: 'trusted/more', title: 'Raise the target to ten per class', group: 'Move', keys: ['+'] },
  { id: 'trusted/train', title: 'Go to Train', group: 'Move', keys: ['Mod+Enter'] },
] as const satisfies KeyMap;
