/** What each key of the Trusted set page does. */
import { sharedCommands, type JudgingCommands } from '../judging/judging.ts';
import type { TrustedState } from './trusted-state.svelte.ts';

const commands: JudgingCommands<TrustedState> = {
  ...sharedCommands('trusted'),
  'trusted/unsure': (trusted) => void trusted.answer({ kind: 'unsure' }),
  'trusted/more': (trusted) => void trusted.raiseTarget(),
  'trusted/train': (trusted) => trusted.app.go('train'),
};

/** Runs an action of the key map. Returns false for one that is not of this page. */
export function runTrustedCommand(trusted: TrustedState, id: string, chord: string): boolean {
  const command = commands[id];
  command?.(trusted, chord);
  return command !== undefined;
}
