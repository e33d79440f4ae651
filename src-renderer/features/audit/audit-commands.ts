/** What each key of the Audit page does. */
import { digitKeys } from '../trusted/trusted-keys.ts';
import { firstDraws, moreDraws, type AuditWork } from './audit-state.svelte.ts';

const commands: Readonly<Record<string, (audit: AuditWork, chord: string) => void>> = {
  'audit/right': (audit) => void audit.confirm(),
  'audit/wrong': (audit) => void audit.answer({ kind: 'wrong' }),
  'audit/other': (audit) => (audit.classSearch = ''),
  'audit/digit': (audit, chord) => {
    const chosen = audit.classes[digitKeys.findIndex((digit) => digit === chord)];
    if (chosen) void audit.answer({ kind: 'class', classId: chosen.classId });
  },
  'audit/skip': (audit) => audit.skip(),
  'audit/back': (audit) => audit.back(),
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

/** A letter without a meaning of its own begins to name a class. Returns whether it did. */
export function runUnmappedLetter(audit: AuditWork, chord: string): boolean {
  if (!/^\p{L}$/u.test(chord) || !audit.current) return false;
  audit.classSearch = chord.toLowerCase();
  return true;
}
