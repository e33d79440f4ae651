/** What each key of the Trusted set page does. */
import { digitKeys } from './trusted-keys.ts';
import type { TrustedState } from './trusted-state.svelte.ts';

type Command = (trusted: TrustedState, chord: string) => void;

const commands: Readonly<Record<string, Command>> = {
  'trusted/right': (trusted) => void trusted.confirm(),
  'trusted/unsure': (trusted) => void trusted.answer({ kind: 'unsure' }),
  'trusted/other': (trusted) => (trusted.classSearch = ''),
  'trusted/digit': (trusted, chord) => {
    const chosen = trusted.classes[digitKeys.findIndex((digit) => digit === chord)];
    if (chosen) void trusted.answer({ kind: 'class', classId: chosen.classId });
  },
  'trusted/skip': (trusted) => trusted.skip(),
  'trusted/back': (trusted) => trusted.back(),
  'trusted/more': (trusted) => void trusted.raiseTarget(),
  'trusted/train': (trusted) => trusted.app.go('train'),
};

/** Runs an action of the key map. Returns false for one that is not of this page. */
export function runTrustedCommand(trusted: TrustedState, id: string, chord: string): boolean {
  const command = commands[id];
  command?.(trusted, chord);
  return command !== undefined;
}

/** A letter without a meaning of its own begins to name a class. Returns whether it did. */
export function runUnmappedLetter(trusted: TrustedState, chord: string): boolean {
  if (!/^\p{L}$/u.test(chord) || !trusted.current) return false;
  trusted.classSearch = chord.toLowerCase();
  return true;
}
