/** Which samples the last import or the check of the pictures had a remark on, one bit per kind. */
import { problemKinds, type ProblemKind } from '../core/dataset/sample.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { SampleIndex } from './sample-index.ts';
import { yieldToOthers } from './take-turns.ts';

const stretchProblems = 1000;

export function problemBit(kind: ProblemKind): number {
  return 1 << problemKinds.indexOf(kind);
}

/** Per position of the sample index; 0 for those without a problem. */
export async function loadProblemMarks({ samples, findings }: ProjectStores, index: SampleIndex): Promise<Uint32Array> {
  const marks = new Uint32Array(index.count);
  const problems = samples.problems();
  for (const [place, { path, kind }] of problems.entries()) {
    if (place % stretchProblems === stretchProblems - 1) await yieldToOthers();
    const position = index.positionOf(samples.byPath(path)?.id ?? 0);
    if (position >= 0) marks[position] = (marks[position] ?? 0) | problemBit(kind);
  }
  for (const { sampleId, kind } of findings.all()) {
    const position = index.positionOf(sampleId);
    if (position >= 0) marks[position] = (marks[position] ?? 0) | problemBit(kind);
  }
  return marks;
}
