/** The sentence that says why a picture is where it is in the list. */
import type { SampleDetail } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import { formatCount, formatShare } from '../../lib/format.ts';

type NameOf = (classId: ClassId) => string;

/** Two or three short sentences for the focused picture, most telling first. */
export function explainSample(detail: SampleDetail, nameOf: NameOf): string {
  const { sample, run } = detail;
  if (!run) return 'No training run yet: the images are in the order of the import.';
  if (sample.trustedClassId !== null) return `You have checked this image: it is ${nameOf(sample.trustedClassId)}.`;
  if (sample.visits === 0) return 'The last run has not seen this image. Train again to judge it.';
  const sentences = [answerSentence(detail, nameOf), fitSentence(detail, nameOf)];
  if (detail.thinEvidence !== null) sentences.push(detail.thinEvidence);
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

function answerSentence({ sample, history }: SampleDetail, nameOf: NameOf): string | null {
  const given = nameOf(sample.givenClassId);
  const answers = history.map((point) => point.predictedClassId).filter((classId) => classId !== null);
  if (answers.length === 0) return null;
  const other = mostFrequent(answers.filter((classId) => classId !== sample.givenClassId));
  if (other === null) return `The model answered ${given} in every epoch, as labelled.`;
  const times = answers.filter((classId) => classId === other).length;
  if (times === answers.length) return `The model kept answering ${nameOf(other)}, never ${given}.`;
  return `The model answered ${nameOf(other)} in ${formatCount(times)} of ${formatCount(answers.length)} epochs.`;
}

function fitSentence({ sample, percentiles }: SampleDetail, nameOf: NameOf): string | null {
  const percentile = percentiles.suspicion;
  if (percentile === undefined) return null;
  const given = nameOf(sample.givenClassId);
  if (percentile === 1) return `The label ${given} fits worse than that of any other image.`;
  if (percentile >= 0.5)
    return `The label ${given} fits worse than the labels of ${formatShare(percentile)} of the images.`;
  return `The label ${given} fits better than the labels of ${formatShare(1 - percentile)} of the images.`;
}

function mostFrequent(classIds: readonly ClassId[]): ClassId | null {
  const counts = new Map<ClassId, number>();
  for (const classId of classIds) counts.set(classId, (counts.get(classId) ?? 0) + 1);
  let best: ClassId | null = null;
  for (const [classId, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = classId;
  return best;
}

/** Reads the chart of weight and margin out. */
export function historySentence(history: SampleDetail['history']): string {
  const weights = history.map((point) => point.weight).filter((weight) => weight !== null);
  const margins = history.map((point) => point.margin).filter((margin) => margin !== null);
  if (weights.length === 0) return 'Nothing was recorded for this image.';
  const ignored = weights.filter((weight) => weight < 0.05).length;
  const lost = margins.filter((margin) => margin < 0).length;
  return (
    `Training ignored the image in ${formatCount(ignored)} of ${formatCount(weights.length)} epochs; ` +
    `its label was not the best answer in ${formatCount(lost)}.`
  );
}
