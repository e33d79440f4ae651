/** The trusted set: what is in it, what to verify next, and how good it is. */
import type { MethodHandlers } from '../contract/methods.ts';
import type { SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { viewSamples } from './sample-views.ts';
import type { ServiceContext } from './service-context.ts';
import { describeTrustHealth } from './trust-health.ts';
import { suggestTrusted } from './trust-suggestions.ts';

export type TrustedMethods = Pick<MethodHandlers, 'trust/list' | 'trust/suggest' | 'trust/health'>;

export function createTrustedMethods({ projects, ports }: ServiceContext): TrustedMethods {
  return {
    'trust/list': async ({ projectId }) => {
      const { stores, views } = projects.get(projectId);
      const index = await views.index();
      const ids: SampleId[] = [];
      index.trustedClassIds.forEach((classId, position) => {
        if (classId !== 0) ids.push(index.idAt(position));
      });
      return viewSamples(stores, ids);
    },
    'trust/suggest': ({ projectId, perClass, skip = [] }) => {
      if (!Number.isInteger(perClass) || perClass < 1) {
        throw new TouchstoneError(
          'invalid-value',
          `${perClass} images per class is not a count. Give a whole number from 1.`,
        );
      }
      return suggestTrusted(projects.get(projectId), ports.embedder, { perClass, skip: new Set(skip) });
    },
    'trust/health': ({ projectId }) => describeTrustHealth(projects.get(projectId)),
  };
}
