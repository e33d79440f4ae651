/** Engines of this machine: listing, installing, removing, checking. The work itself is the host's. */
import type { MethodHandlers } from '../contract/methods.ts';
import { engineNames } from '../core/engine-check.ts';
import type { ServiceContext } from './service-context.ts';

export type EngineMethods = Pick<
  MethodHandlers,
  'engines/list' | 'engines/install' | 'engines/remove' | 'engines/check'
>;

export function createEngineMethods({ ports: { engines }, jobs }: ServiceContext): EngineMethods {
  return {
    'engines/list': ({ askForSizes = false }) => engines.list(askForSizes),
    'engines/install': (request) => ({
      jobId: jobs.start('engine-install', null, ({ signal, report }) =>
        engines.install(request, { signal, onProgress: report }),
      ),
    }),
    'engines/remove': async () => ({ bytesFreed: await engines.remove() }),
    'engines/check': ({ engine }) => ({
      jobId: jobs.start('engine-check', null, ({ signal, report }) =>
        engines.check(engine === undefined ? engineNames : [engine], { signal, onProgress: report }),
      ),
    }),
  };
}
