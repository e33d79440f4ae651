/** What the pages that ask about one image after the other have in common: the keys that answer, and what each does. */
import type { ClassCounts, ProjectId } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import type { AppState } from '../frame/app-state.svelte.ts';

/** The class, in the order of the list, that a digit stands for. */
export const digitKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

/** A row of images to judge, one at a time. */
export interface Judging {
  readonly app: AppState;
  readonly projectId: ProjectId;
  /** Of the image that is asked about. */
  readonly index: number;
  /** Null where nothing is asked. */
  readonly current: unknown;
  readonly classes: readonly ClassCounts[];
  /** What was typed into the choice of a class; null while it is closed. */
  classSearch: string | null;
  /** The label is right. */
  confirm(): Promise<void>;
  answer(answer: { readonly kind: 'class'; readonly classId: ClassId }): Promise<void>;
  skip(): void;
  back(): void;
}

export type JudgingCommands<J> = Readonly<Record<string, (judging: J, chord: string) => void>>;

/** The commands that both pages have; their names in the key map begin with the page's. */
export function sharedCommands(page: string): JudgingCommands<Judging> {
  return {
    [`${page}/right`]: (judging) => void judging.confirm(),
    [`${page}/other`]: (judging) => (judging.classSearch = ''),
    [`${page}/digit`]: (judging, chord) => {
      const chosen = judging.classes[digitKeys.findIndex((digit) => digit === chord)];
      if (chosen) void judging.answer({ kind: 'class', classId: chosen.classId });
    },
    [`${page}/skip`]: (judging) => judging.skip(),
    [`${page}/back`]: (judging) => judging.back(),
  };
}

/** A letter without a meaning of its own begins to name a class. Returns whether it did. */
export function runUnmappedLetter(judging: Pick<Judging, 'current' | 'classSearch'>, chord: string): boolean {
  if (!/^\p{L}$/u.test(chord) || !judging.current) return false;
  judging.classSearch = chord.toLowerCase();
  return true;
}

/** It is a class that did not exist. Answers nothing where another image is asked about by the time that the class is made. */
export async function answerNew(judging: Judging, name: string): Promise<void> {
  const { app, projectId, current } = judging;
  judging.classSearch = null;
  const made = await app.attempt(app.api.call('decide/ensure-class', { projectId, name }));
  if (made && current && current === judging.current) await judging.answer({ kind: 'class', classId: made.classId });
}
