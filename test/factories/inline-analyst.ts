/** The analyst without a thread: the same computations, answered in the caller's own. */
import { runAnalysis } from '../../src-main/analysis/run-analysis.ts';
import type { Analyst } from '../../src-main/services/ports/analyst.ts';

export const inlineAnalyst: Analyst = {
  findNearPairs: async (input) => runAnalysis({ kind: 'near-pairs', ...input }, () => undefined) as never,
  layOut: async (input) => runAnalysis({ kind: 'lay-out', ...input }, () => undefined) as never,
};
