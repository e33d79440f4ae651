/** Pretrained networks: which there are, adding, downloading, removing. The work itself is the host's. */
import type { MethodHandlers } from '../contract/methods.ts';
import { compareBackbones } from './compare-backbones.ts';
import type { ServiceContext } from './service-context.ts';

export type BackboneMethods = Pick<
  MethodHandlers,
  'backbones/list' | 'backbones/add' | 'backbones/download' | 'backbones/remove' | 'backbones/compare'
>;

export function createBackboneMethods(context: ServiceContext): BackboneMethods {
  const { ports, jobs, projects } = context;
  const { backbones } = ports;
  return {
    'backbones/list': () => backbones.list(),
    'backbones/add': ({ file, name }) => ({
      jobId: jobs.start('backbone-add', null, ({ signal, report }) =>
        backbones.add(file, name, { signal, onProgress: report }),
      ),
    }),
    'backbones/download': ({ name }) => ({
      jobId: jobs.start('backbone-download', null, ({ signal, report }) =>
        backbones.download(name, { signal, onProgress: report }),
      ),
    }),
    // Nothing but the cache is written.
    'backbones/compare': ({ projectId, backbone }) => {
      const project = projects.get(projectId);
      return {
        jobId: jobs.start('backbone-comparison', projectId, ({ signal, report }) =>
          compareBackbones(context, project, backbone, { signal, onProgress: report }),
        ),
      };
    },
    'backbones/remove': async ({ name }) => ({ bytesFreed: await backbones.remove(name) }),
  };
}
