/** Keys of the Review page. Letters that stand for nothing here open the choice of a class with that letter typed. */
import type { KeyMap } from '../../lib/key-map.ts';

/** The class, in the order of the list, that a digit stands for. */
export const digitKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

export const reviewKeys = [
  { id: 'review/keep', title: 'Keep: the given label is right', group: 'Judge', keys: ['K'] },
  { id: 'review/accept', title: 'Accept the suggested label', group: 'Judge', keys: ['A'] },
  { id: 'review/drop', title: 'Drop the image', group: 'Judge', keys: ['D'] },
  { id: 'review/unsure', title: 'Unsure', group: 'Judge', keys: ['U'] },
  { id: 'review/both', title: 'Both: the given and the suggested label are right', group: 'Judge', keys: ['B'] },
  { id: 'review/neither', title: 'Neither: no class fits', group: 'Judge', keys: ['E'] },
  { id: 'review/trust', title: 'Trust: add to the trusted set as labelled', group: 'Judge', keys: ['T'] },
  { id: 'review/clear', title: 'Take the decision back', group: 'Judge', keys: ['Backspace', 'Delete'] },
  { id: 'review/relabel', title: 'Relabel: choose a class by typing', group: 'Judge', keys: ['L', '/'] },
  {
    id: 'review/digit',
    title: 'Relabel to the first ten classes',
    group: 'Judge',
    keys: [...digitKeys],
    isRemappable: false,
  },
  { id: 'review/left', title: 'Previous image', group: 'Move', keys: ['ArrowLeft'], isRemappable: false },
  { id: 'review/right', title: 'Next image', group: 'Move', keys: ['ArrowRight'], isRemappable: false },
  { id: 'review/up', title: 'One row up', group: 'Move', keys: ['ArrowUp'], isRemappable: false },
  { id: 'review/down', title: 'One row down', group: 'Move', keys: ['ArrowDown'], isRemappable: false },
  { id: 'review/page-up', title: 'One page up', group: 'Move', keys: ['PageUp'], isRemappable: false },
  { id: 'review/page-down', title: 'One page down', group: 'Move', keys: ['PageDown'], isRemappable: false },
  { id: 'review/row-start', title: 'Start of the row', group: 'Move', keys: ['Home'], isRemappable: false },
  { id: 'review/row-end', title: 'End of the row', group: 'Move', keys: ['End'], isRemappable: false },
  { id: 'review/start', title: 'Start of the list', group: 'Move', keys: ['Mod+Home'], isRemappable: false },
  { id: 'review/end', title: 'End of the list', group: 'Move', keys: ['Mod+End'], isRemappable: false },
  { id: 'review/next-open', title: 'Next image without a decision', group: 'Move', keys: ['N'] },
  { id: 'review/select', title: 'Select (hold: large view)', group: 'Select', keys: ['Space'] },
  { id: 'review/select-all', title: 'Select everything in the filter', group: 'Select', keys: ['Mod+A'] },
  { id: 'review/select-suspects', title: 'Select everything before the cut', group: 'Select', keys: ['Mod+Shift+A'] },
  {
    id: 'review/escape',
    title: 'Select nothing, leave the large view',
    group: 'Select',
    keys: ['Escape'],
    isRemappable: false,
  },
  { id: 'review/large', title: 'Large view', group: 'View', keys: ['Enter'] },
  { id: 'review/larger', title: 'Larger cells', group: 'View', keys: ['Mod++', 'Mod+='] },
  { id: 'review/smaller', title: 'Smaller cells', group: 'View', keys: ['Mod+-'] },
  { id: 'review/find', title: 'Find by path', group: 'View', keys: ['F', 'Mod+F'] },
  { id: 'review/similar', title: 'Similar images first', group: 'View', keys: ['Shift+S'] },
  { id: 'review/map', title: 'Map of the images', group: 'View', keys: ['Shift+M'] },
  { id: 'review/cut-here', title: 'Move the cut behind this image', group: 'View', keys: ['C'] },
] as const satisfies KeyMap;
