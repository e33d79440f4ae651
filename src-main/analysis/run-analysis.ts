/** Does what a request asks for, in whatever thread it is called. */
import { findNearPairs } from '../core/similarity/near-pairs.ts';
import type { AnalysisRequest, AnalysisResults } from './analysis-messages.ts';
import { layOut } from './lay-out.ts';

export function runAnalysis(
  request: AnalysisRequest,
  say: (stage: string, share: number) => void,
): AnalysisResults[AnalysisRequest['kind']] {
  if (request.kind === 'lay-out') return layOut(request.coordinates, request.landmarks, request.seed, say);
  const { sketch, pictures, limits } = request;
  return findNearPairs(sketch, pictures, limits, (share) => say('Comparing images', share));
}
