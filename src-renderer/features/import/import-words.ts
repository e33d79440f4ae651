/** What an import found, in sentences. */
import type { ImportPreview, ImportReport, ProjectStatus } from '../../../src-main/contract/payloads.ts';
import type { ProblemKind } from '../../../src-main/core/dataset/sample.ts';
import { formatCount, formatImages, formatTimeLeft } from '../../lib/format.ts';

/** Seconds that checking a picture takes, measured by hand: look, press a key. */
const secondsPerCheck = 2.5;
/** From here on the largest class is called large against the smallest. */
const notableImbalance = 3;

export const problemNames: Readonly<Record<ProblemKind, string>> = {
  unreadable: 'Not readable',
  empty: 'Empty',
  truncated: 'Cut off',
  'too-large': 'Too large',
  unsupported: 'Unknown format',
  'no-label': 'No label',
  missing: 'Missing',
  'outside-folder': 'Outside the folder',
  duplicate: 'Same content twice',
  'duplicate-other-label': 'Same content, other label',
  'listed-twice': 'Listed twice',
  'near-duplicate': 'Nearly the same',
  'near-duplicate-other-label': 'Nearly the same, other label',
  'near-duplicate-of-trusted': 'Nearly the same as a trusted one',
  blurred: 'Blurred',
  dark: 'Very dark',
  bright: 'Very bright',
  'odd-aspect': 'Odd shape',
  'low-information': 'Almost empty',
};

function classWord(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'class' : 'classes'}`;
}

/** "Class folders: 2,527 pictures in 6 classes." */
export function previewSentence({ recognisedAs, files, classes }: ImportPreview): string {
  return `${recognisedAs}: ${formatImages(files)} in ${classWord(classes.length)}. Nothing has been written yet.`;
}

/** What there is now, and what the last import changed. */
export function reportSentence(report: ImportReport): string {
  const changes = [
    [report.added, 'added'],
    [report.updated, 'changed'],
    [report.gone, 'gone'],
  ] as const;
  const said = changes.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  const inAll = `${formatImages(report.samples)} in ${classWord(report.classes.length)}`;
  return said.length === 0 ? `${inAll}.` : `${inAll}: ${said.join(', ')}.`;
}

/** How even the classes are, with what that means for the work. */
export function imbalanceSentence({ imbalance }: ImportReport): string {
  if (imbalance === null) return '';
  const ratio = formatCount(imbalance);
  if (imbalance < notableImbalance) return 'The classes are of about the same size.';
  return `The largest class has ${ratio} times as many images as the smallest. That is fine: the trusted set evens it out.`;
}

/** Names the classes that are too small, with their numbers; null without any. */
export function rareSentence({ rareClasses }: ImportReport): string | null {
  if (rareClasses.length === 0) return null;
  const named = rareClasses.slice(0, 5).map(({ name, samples }) => `${name} (${formatCount(samples)})`);
  const more = rareClasses.length - named.length;
  const list = more > 0 ? `${named.join(', ')} and ${formatCount(more)} more` : named.join(', ');
  return `Too few images to judge their labels well: ${list}. Check these by eye, or add images.`;
}

export interface NextStep {
  readonly page: 'trusted' | 'train' | 'review';
  /** What comes next, and why it is worth its time. */
  readonly sentence: string;
  readonly button: string;
}

export function nextStepOf(project: ProjectStatus): NextStep {
  const { trusted, classes, runs } = project;
  const target = trusted.targetPerClass;
  const open = classes.reduce((sum, counts) => sum + Math.max(0, Math.min(target, counts.given) - counts.trusted), 0);
  if (open === 0 && runs.finished === 0) {
    return { page: 'train', sentence: 'Next: train. Enough images are checked.', button: 'Train' };
  }
  if (open === 0) return { page: 'review', sentence: 'Next: review what a training found.', button: 'Review' };
  const time = formatTimeLeft(open * secondsPerCheck);
  const checks = trusted.total === 0 ? formatImages(open) : `${formatCount(open)} more`;
  const sentence = `Next: check ${checks}, so that every class has ${formatCount(target)}: ${time}. They decide how well everything after works.`;
  return { page: 'trusted', sentence, button: 'Check images' };
}
