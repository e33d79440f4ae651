/** Problems of the pictures: checking for them, counting and listing them. */
import type { MethodHandlers } from '../contract/methods.ts';
import { TouchstoneError } from '../core/errors.ts';
import { checkPictures } from './check-pictures.ts';
import { listProblems, summariseProblems } from './problem-views.ts';
import { emitChange, type ServiceContext } from './service-context.ts';

export type ProblemMethods = Pick<MethodHandlers, 'problems/check' | 'problems/summary' | 'problems/list'>;

export function createProblemMethods(context: ServiceContext): ProblemMethods {
  const { projects, jobs, ports } = context;
  return {
    'problems/check': ({ projectId }) => {
      const project = projects.getWritable(projectId);
      if (project.stores.samples.count('present') === 0) {
        throw new TouchstoneError('dataset-empty', 'There are no images to check. Import a folder first.');
      }
      const running = jobs.running('problem-check', projectId);
      if (running) return { jobId: running.jobId };
      const work = async (control: Parameters<typeof checkPictures>[2]) => {
        await checkPictures(ports, project, control);
        emitChange(context, project, 'verdicts');
        return summariseProblems(project.stores);
      };
      return { jobId: jobs.start('problem-check', projectId, work) };
    },
    'problems/summary': ({ projectId }) => summariseProblems(projects.get(projectId).stores),
    'problems/list': ({ projectId, kinds = [], offset, limit }) =>
      listProblems(projects.get(projectId).stores, kinds, offset, limit),
  };
}
