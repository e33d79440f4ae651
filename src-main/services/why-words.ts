/** The sentence that sums up why a label is suspected. */
import type { WhyView } from '../contract/payloads.ts';
import type { ClassId, SampleClass } from '../core/dataset/sample.ts';

type Found = Omit<WhyView, 'runId' | 'sentence'>;

/** For example: By strength, 87 % of what 12 trusted images say is against "cat", most of all dog/3.png ("dog"); 6 of its 8 nearest neighbours are labelled "dog". */
export function wordWhy(classes: readonly SampleClass[], given: ClassId, found: Found): string {
  const nameOf = (classId: ClassId): string => `"${classes.find(({ id }) => id === classId)?.name ?? classId}"`;
  const parts = [voicesPart(nameOf, given, found), neighboursPart(nameOf, found)];
  const text = parts.filter((part) => part !== null).join('; ');
  return text === '' ? '' : `${text}.`;
}

function voicesPart(nameOf: (classId: ClassId) => string, given: ClassId, found: Found): string | null {
  const { heard, shareAgainst, speaksAgainst, speaksFor } = found;
  if (heard === 0) return null;
  const isAgainst = shareAgainst >= 0.5;
  const loudest = (isAgainst ? speaksAgainst : speaksFor)[0]?.sample;
  const share = Math.round(100 * (isAgainst ? shareAgainst : 1 - shareAgainst));
  const named = loudest
    ? `, most of all ${loudest.path} (${nameOf(loudest.trustedClassId ?? loudest.givenClassId)})`
    : '';
  const side = isAgainst ? 'against' : 'for';
  return `By strength, ${share} % of what ${heard} trusted images say is ${side} ${nameOf(given)}${named}`;
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
