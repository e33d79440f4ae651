/** The sentence that sums up why a label is suspected. */
import type { WhyView } from '../contract/payloads.ts';
import type { ClassId, SampleClass } from '../core/dataset/sample.ts';

type Found = Pick<WhyView, 'speaksFor' | 'speaksAgainst' | 'neighbours'> & {
  /** Trusted images that were asked, and those of them that speak against the label. */
  readonly heard: number;
  readonly against: number;
};

/** For example: Learning it as "cat" works against 7 of 12 trusted images, most of all dog/3.png ("dog"); 6 of its 8 nearest neighbours are labelled "dog". */
export function wordWhy(classes: readonly SampleClass[], given: ClassId, found: Found): string {
  const nameOf = (classId: ClassId): string => `"${classes.find(({ id }) => id === classId)?.name ?? classId}"`;
  const parts = [voicesPart(nameOf, given, found), neighboursPart(nameOf, found)];
  const text = parts.filter((part) => part !== null).join('; ');
  return text === '' ? '' : `${text}.`;
}

function voicesPart(nameOf: (classId: ClassId) => string, given: ClassId, found: Found): string | null {
  const { heard, against, speaksAgainst, speaksFor } = found;
  if (heard === 0) return null;
  const isAgainst = 2 * against >= heard && against > 0;
  const loudest = (isAgainst ? speaksAgainst : speaksFor)[0]?.sample;
  const count = isAgainst ? against : heard - against;
  const verb = isAgainst ? 'works against' : 'helps';
  const named = loudest
    ? `, most of all ${loudest.path} (${nameOf(loudest.trustedClassId ?? loudest.givenClassId)})`
    : '';
  return `Learning it as ${nameOf(given)} ${verb} ${count} of ${heard} trusted images${named}`;
}

function neighboursPart(nameOf: (classId: ClassId) => string, { neighbours }: Found): string | null {
  const counts = new Map<ClassId, number>();
  for (const { sample } of neighbours) {
    const classId = sample.trustedClassId ?? sample.correctedClassId ?? sample.givenClassId;
    counts.set(classId, (counts.get(classId) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (!most) return null;
  return `${most[1]} of its ${neighbours.length} nearest neighbours are labelled ${nameOf(most[0])}`;
}
