/** Keys of the Projects page. */
import type { KeyMap } from '../../lib/key-map.ts';

export const projectsKeys = [
  { id: 'projects/new', title: 'New project from a folder of images', group: 'Projects', keys: ['N'] },
  { id: 'projects/open', title: 'Open a project', group: 'Projects', keys: ['O'] },
  { id: 'projects/example', title: 'Try the example', group: 'Projects', keys: ['E'] },
] as const satisfies KeyMap;
