/** Keys of the Audit page. Letters that stand for nothing here open the choice of a class with that letter typed. */
import type { KeyMap } from '../../lib/key-map.ts';
import { digitKeys } from '../judging/judging.ts';

export const auditKeys = [
  { id: 'audit/right', title: 'Yes, the label is right', group: 'Judge', keys: ['Enter', 'Y'] },
  { id: 'audit/other', title: 'It is another class: choose by typing', group: 'Judge', keys: ['/', 'L'] },
  {
    id: 'audit/digit',
    title: 'It is one of the first ten classes',
    group: 'Judge',
    keys: [...digitKeys],
    isRemappable: false,
  },
  { id: 'audit/wrong', title: 'The label is wrong, and I cannot say what is right', group: 'Judge', keys: ['W'] },
  { id: 'audit/skip', title: 'Next image', group: 'Move', keys: ['ArrowRight', 'ArrowDown'], isRemappable: false },
  { id: 'audit/back', title: 'Previous image', group: 'Move', keys: ['ArrowLeft', 'ArrowUp'], isRemappable: false },
  { id: 'audit/more', title: 'Draw more images', group: 'Move', keys: ['+'] },
] as const satisfies KeyMap;
