/** What each key of the Review page does. */
import type { GridMove } from '../../lib/grid-layout.ts';
import { gridMoves } from '../../lib/grid-layout.ts';
import { digitKeys } from './review-keys.ts';
import type { ReviewState } from './review-state.svelte.ts';

/** Pixels by which one key press changes the cells. */
const cellStep = 24;

/** What only the page can do: it knows the elements. */
export interface PageCommands {
  readonly focusSearch: () => void;
}

/** Runs an action of the key map. Returns false for one that is not Review's or means nothing now. */
export function runReviewCommand(review: ReviewState, id: string, chord: string, page: PageCommands): boolean {
  const move = gridMoves.find((name) => id === `review/${name}`);
  if (move) return runMove(review, move, false);
  const command = commands[id];
  if (command) {
    command(review, chord, page);
    return true;
  }
  return false;
}

/** Keys that the map does not name: Shift with a move stretches the selection, other letters start the choice of a class. */
export function runUnmappedKey(
  review: ReviewState,
  chord: string,
  moveOf: (chord: string) => GridMove | null,
): boolean {
  const stretch = chord.includes('Shift+') ? moveOf(chord.replace('Shift+', '')) : null;
  if (stretch) return runMove(review, stretch, true);
  if (!/^\p{L}$/u.test(chord)) return false;
  review.classSearch = chord.toLowerCase();
  return true;
}

function runMove(review: ReviewState, move: GridMove, isRange: boolean): boolean {
  review.move(move, isRange);
  return true;
}

type Command = (review: ReviewState, chord: string, page: PageCommands) => void;

const commands: Readonly<Record<string, Command>> = {
  'review/keep': (review) => void review.act({ kind: 'keep' }),
  'review/accept': (review) => void review.act({ kind: 'accept' }),
  'review/drop': (review) => void review.act({ kind: 'drop' }),
  'review/unsure': (review) => void review.act({ kind: 'unsure' }),
  'review/both': (review) => void review.act({ kind: 'both' }),
  'review/neither': (review) => void review.act({ kind: 'neither' }),
  'review/trust': (review) => void review.act({ kind: 'trust' }),
  'review/clear': (review) => void review.act({ kind: 'clear' }),
  'review/relabel': (review) => (review.classSearch = ''),
  'review/digit': (review, chord) => {
    const chosen = review.classes[digitKeys.findIndex((digit) => digit === chord)];
    if (chosen) void review.act({ kind: 'relabel', classId: chosen.classId });
  },
  'review/next-open': (review) => review.goToNextOpen(),
  'review/select': (review) => review.toggleSelected(review.view.focusIndex),
  'review/select-all': (review) => review.selectEverything(),
  'review/select-suspects': (review) => review.selectSuspects(),
  'review/escape': (review) => {
    if (review.tools.isMapOpen) review.tools.isMapOpen = false;
    else if (review.isLarge) review.isLarge = false;
    else review.selection.clear();
  },
  'review/large': (review) => (review.isLarge = !review.isLarge),
  'review/larger': (review) => resizeCells(review, cellStep),
  'review/smaller': (review) => resizeCells(review, -cellStep),
  'review/find': (_review, _chord, page) => page.focusSearch(),
  'review/similar': (review) => void review.tools.showSimilar(),
  'review/map': (review) => (review.tools.isMapOpen = !review.tools.isMapOpen),
  'review/cut-here': (review) => void review.moveCutTo(review.view.focusIndex + 1),
};

function resizeCells({ app }: ReviewState, step: number): void {
  void app.attempt(app.preferences.setCellSize(app.preferences.cellSize + step));
}
