/** Whether the trusted set is good enough, and what would make it better. */
import type { SampleView, TrustHealth } from '../contract/payloads.ts';
import type { SampleClass, SampleId } from '../core/dataset/sample.ts';
import { countTrustedLabels, trustedTargetPerClass } from './class-counts.ts';
import type { OpenProject } from './open-projects.ts';
import { listNames } from './list-names.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { SampleIndex } from './sample-index.ts';
import { viewKnownSamples } from './sample-views.ts';
import { yieldToOthers } from './take-turns.ts';
import { wrongShare } from './wrong-share.ts';

const stretchSamples = 500;

export async function describeTrustHealth({ stores, views }: OpenProject): Promise<TrustHealth> {
  const index = await views.index();
  const perClass = countPerClass(index, stores.samples.classes());
  const { checked, checkedWrong } = countChecked(index);
  const { contradictions, duplicates } = await findTwins(stores, index);
  const total = perClass.reduce((sum, { trusted }) => sum + trusted, 0);
  return {
    ...{ total, targetPerClass: trustedTargetPerClass, perClass, checked, checkedWrong },
    wrongShare: wrongShare(checkedWrong, checked),
    contradictions,
    duplicates,
    advice: advise(perClass, contradictions.length),
  };
}

function countPerClass(index: SampleIndex, classes: readonly SampleClass[]): TrustHealth['perClass'] {
  const trusted = countTrustedLabels(index);
  const given = new Map<number, number>();
  for (const classId of index.givenClassIds) given.set(classId, (given.get(classId) ?? 0) + 1);
  return classes
    .map(({ id, name }) => ({ classId: id, name, trusted: trusted.get(id) ?? 0, given: given.get(id) ?? 0 }))
    .filter((entry) => entry.given > 0 || entry.trusted > 0);
}

/**
 * Checked: trusted; wrong: trusted under another label than the given one. Decisions made in the review do not count: suspects are wrong
 * far more often than the rest, and would make any estimate of the whole set too high.
 */
function countChecked(index: SampleIndex): Pick<TrustHealth, 'checked' | 'checkedWrong'> {
  let checked = 0;
  let checkedWrong = 0;
  for (let position = 0; position < index.count; position++) {
    const trusted = index.trustedClassIds[position] ?? 0;
    if (trusted === 0) continue;
    checked += 1;
    if (trusted !== index.givenClassIds[position]) checkedWrong += 1;
  }
  return { checked, checkedWrong };
}

async function findTwins(
  stores: ProjectStores,
  index: SampleIndex,
): Promise<Pick<TrustHealth, 'contradictions' | 'duplicates'>> {
  const contradictions: (readonly SampleView[])[] = [];
  const duplicates: (readonly SampleView[])[] = [];
  const seen = new Set<string>();
  for (const ids of trustedStretches(index)) {
    for (const { contentHash } of stores.samples.byIds(ids)) {
      if (seen.has(contentHash)) continue;
      seen.add(contentHash);
      const twins = stores.samples.byHash(contentHash).filter(({ presence }) => presence === 'present');
      if (twins.length < 2) continue;
      const views = viewKnownSamples(stores, twins);
      duplicates.push(views);
      const labels = new Set(views.flatMap(({ trustedClassId }) => trustedClassId ?? []));
      if (labels.size > 1) contradictions.push(views.filter(({ trustedClassId }) => trustedClassId !== null));
    }
    await yieldToOthers();
  }
  return { contradictions, duplicates };
}

function* trustedStretches(index: SampleIndex): Generator<SampleId[]> {
  let ids: SampleId[] = [];
  for (let position = 0; position < index.count; position++) {
    if (index.trustedClassIds[position] === 0) continue;
    if (ids.push(index.idAt(position)) < stretchSamples) continue;
    yield ids;
    ids = [];
  }
  yield ids;
}

function advise(perClass: TrustHealth['perClass'], contradictions: number): readonly string[] {
  const advice: string[] = [];
  if (contradictions > 0) {
    advice.push(`${countOf(contradictions, 'image')} trusted under two labels: take one of each pair out.`);
  }
  const missing = perClass.filter(({ trusted }) => trusted === 0);
  if (missing.length > 0) {
    advice.push(`Check at least one image of ${listNames(missing)}: a class without one cannot be judged.`);
  }
  const few = perClass.filter(({ trusted, given }) => trusted > 0 && trusted < Math.min(given, trustedTargetPerClass));
  if (few.length > 0) advice.push(`Check ${trustedTargetPerClass} images per class; fewer so far: ${listNames(few)}.`);
  if (advice.length === 0 && perClass.length > 0) {
    advice.push('Every class has enough to start. Ten per class help where images are unlike photographs.');
  }
  return advice;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? ' is' : 's are'}`;
}
