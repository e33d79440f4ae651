/** Counts per class over the sample index: what the class list, the import report and the export plan show. */
import type { ClassCounts } from '../contract/payloads.ts';
import { decisionKinds, type DecisionKind } from '../core/dataset/decision.ts';
import type { SampleClass } from '../core/dataset/sample.ts';
import { decisionCode, type SampleIndex } from './sample-index.ts';

/** Trusted images per class that a start needs: more help little with a good backbone (measured on real noise). */
export const trustedTargetPerClass = 3;

/** One entry per class, in the order of `classes`. */
export function countClasses(index: SampleIndex, classes: readonly SampleClass[]): readonly ClassCounts[] {
  const codes = decisionKinds.length + 1;
  const size = Math.max(0, ...classes.map(({ id }) => id)) + 1;
  const byDecision = new Uint32Array(size * codes);
  const trusted = new Uint32Array(size);
  for (let position = 0; position < index.count; position++) {
    const classId = index.givenClassIds[position] ?? 0;
    const cell = classId * codes + (index.decisions[position] ?? 0);
    byDecision[cell] = (byDecision[cell] ?? 0) + 1;
    if (index.trustedClassIds[position] !== 0) trusted[classId] = (trusted[classId] ?? 0) + 1;
  }
  return classes.map(({ id, name }) => {
    const row = byDecision.subarray(id * codes, (id + 1) * codes);
    const count = (kind: DecisionKind) => row[decisionCode(kind)] ?? 0;
    return {
      ...{ classId: id, name, given: row.reduce((sum, value) => sum + value, 0), trusted: trusted[id] ?? 0 },
      ...{ relabelled: count('relabel'), unsure: count('unsure') },
      ...{ kept: count('keep') + count('both'), dropped: count('drop') + count('neither') },
    };
  });
}

/** Trusted samples per trusted label, by class id. */
export function countTrustedLabels(index: SampleIndex): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const classId of index.trustedClassIds) {
    if (classId !== 0) counts.set(classId, (counts.get(classId) ?? 0) + 1);
  }
  return counts;
}
