/** Review: pages of ranked lists, where a sample stands in them, and everything about one sample. */
import type { MethodHandlers } from '../contract/methods.ts';
import { compareRuns } from './compare-runs.ts';
import { explainSuspect } from './explain-suspect.ts';
import { findSample } from './find-sample.ts';
import { summariseList } from './list-summary.ts';
import { describeNoise } from './noise-matrix.ts';
import { idsOf, viewRows } from './ranked-views.ts';
import { describeSample } from './sample-detail.ts';
import type { ServiceContext } from './service-context.ts';

export type ReviewMethods = Pick<
  MethodHandlers,
  | 'review/page'
  | 'review/summary'
  | 'review/locate'
  | 'review/ids'
  | 'review/sample'
  | 'review/find'
  | 'review/noise-matrix'
  | 'review/why'
  | 'review/compare-runs'
>;

export function createReviewMethods({ projects, ports }: ServiceContext): ReviewMethods {
  return {
    'review/page': async ({ projectId, query, offset, limit }) => {
      const { stores, lists } = projects.get(projectId);
      const list = await lists.list(query);
      return { total: list.positions.length, offset, rows: viewRows(stores, list, offset, limit) };
    },
    'review/summary': async ({ projectId, query }) =>
      await summariseList(await projects.get(projectId).lists.list(query)),
    'review/locate': async ({ projectId, query, sampleId }) => {
      const { index, positions } = await projects.get(projectId).lists.list(query);
      const position = index.positionOf(sampleId);
      const offset = position < 0 ? -1 : positions.indexOf(position);
      return { offset: offset < 0 ? null : offset };
    },
    'review/ids': async ({ projectId, query, offset, limit }) =>
      idsOf(await projects.get(projectId).lists.list(query), offset, limit),
    'review/sample': ({ projectId, sampleId, runId }) => describeSample(projects.get(projectId), sampleId, runId),
    'review/find': ({ projectId, path }) => ({ sampleId: findSample(projects.get(projectId).stores, path) }),
    'review/noise-matrix': async ({ projectId, runId }) => {
      const runView = await projects.get(projectId).lists.runViewFor(runId);
      return runView && describeNoise(runView);
    },
    'review/why': async ({ projectId, sampleId, runId }) => {
      const project = projects.get(projectId);
      const runView = await project.lists.runViewFor(runId);
      return runView && explainSuspect(ports, project, runView, sampleId);
    },
    'review/compare-runs': async ({ projectId, runId, otherRunId, by, limit }) => {
      const { stores, views } = projects.get(projectId);
      return compareRuns(stores, [await views.runView(runId), await views.runView(otherRunId)], by, limit);
    },
  };
}
