/** Samples as the pages see them. */
import type { SampleView } from '../contract/payloads.ts';
import { namedClass, noVerdict, type Verdict } from '../core/dataset/decision.ts';
import type { Sample, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { ProjectStores } from './ports/project-files.ts';

export function viewSample(sample: Sample, verdict: Verdict): SampleView {
  const { id, path, contentHash, width, height, sizeBytes, presence, givenClassId } = sample;
  const { decision, trustedClassId } = verdict;
  const correctedClassId = namedClass(decision);
  return {
    ...{ id, path, contentHash, width, height, sizeBytes, presence, givenClassId, trustedClassId },
    ...{ decision: decision?.kind ?? null, correctedClassId },
  };
}

/** In the order of `ids`; unknown ones are left out. */
export function viewSamples(stores: ProjectStores, ids: readonly SampleId[]): readonly SampleView[] {
  return viewKnownSamples(stores, stores.samples.byIds(ids));
}

export function viewKnownSamples(stores: ProjectStores, samples: readonly Sample[]): readonly SampleView[] {
  const verdicts = stores.verdicts.byIds(samples.map(({ id }) => id));
  return samples.map((sample) => viewSample(sample, verdicts.get(sample.id) ?? noVerdict));
}

/** Throws `not-found`. */
export function requireSample(stores: ProjectStores, id: SampleId): Sample {
  const sample = stores.samples.byId(id);
  if (sample) return sample;
  throw new TouchstoneError('not-found', `There is no image with the number ${id} in this project.`, {
    details: { sampleId: id },
  });
}
