/** What each key of the Audit page does. */
import { sharedCommands, type JudgingCommands } from '../judging/judging.ts';
import { firstDraws, moreDraws, type AuditWork } from './audit-state.svelte.ts';

const commands: JudgingCommands<AuditWork> = {
  ...sharedCommands('audit'),
  'audit/wrong': (audit) => void audit.answer({ kind: 'wrong' }),
  'audit/more': (audit) => {
    if (audit.hasRun) void audit.draw(audit.state?.draws ? moreDraws : firstDraws);
  },
};

/** Runs an action of the key map. Returns false for one that is not of this page. */
export function runAuditCommand(audit: AuditWork, id: string, chord: string): boolean {
  const command = commands[id];
  command?.(audit, chord);
  return command !== undefined;
}
