/** What a training promises, does and found, in sentences. */
import type { LiveSuspect, TrainingState } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import { engineChoices } from '../../../src-main/core/reweight/run-settings.ts';
import type { EpochMetrics } from '../../../src-main/core/reweight/signals.ts';
import { formatBytes, formatCount, formatScore, formatShare, formatTimeLeft } from '../../lib/format.ts';
import { engineTexts } from './setting-words.ts';

/** What the button promises. */
export function promiseSentence(seconds: number | null): string {
  if (seconds === null) return 'How long it takes on this computer is known after the first run.';
  const time = formatTimeLeft(seconds);
  return `${time.charAt(0).toUpperCase()}${time.slice(1)} on this computer. You can go on working meanwhile.`;
}

/** Where the run computes and with how much memory, once that is known. */
export function engineSentence({ engine, device, memoryBytes }: TrainingState): string {
  if (engine === null) return 'Preparing the engine';
  const title = engineName(engine);
  const place = device === null || device.startsWith(title) ? (device ?? title) : `${title}: ${device}`;
  return memoryBytes ? `${place}; ${formatBytes(memoryBytes)} of memory` : place;
}

/** Why it computes there, one line for this engine and one for each better one that was passed over. */
export function decisionLines({ decision }: TrainingState): readonly string[] {
  if (decision === null) return [];
  const others = decision.passedOver.map(({ engine, reason }) => `${engineName(engine)}: ${reason}`);
  return [decision.reason, ...others];
}

function engineName(engine: string): string {
  const name = engineChoices.find((choice) => choice === engine);
  return name ? engineTexts[name].text : engine;
}

/** What is wrong with a suspect, in a line each and as a sentence. */
export function suspectWords({ classId, answeredClassId }: LiveSuspect, nameOf: (classId: ClassId) => string) {
  const [label, answer] = [nameOf(classId), nameOf(answeredClassId)];
  const isSame = classId === answeredClassId;
  return {
    label,
    answer: isSame ? 'unsure' : `\u2192 ${answer}`,
    sentence: isSame
      ? `Labelled ${label}, of which the network is not sure`
      : `Labelled ${label}; the network answers ${answer}`,
  };
}

export function lossSentence(epochs: readonly EpochMetrics[]): string {
  const last = epochs.at(-1);
  if (!last) return 'Appears after the first epoch.';
  return `Loss on the trusted images is ${formatScore(last.trustedLoss)}, in training ${formatScore(last.trainingLoss)}. Lower is better.`;
}

export function accuracySentence(epochs: readonly EpochMetrics[]): string {
  const accuracy = epochs.at(-1)?.trustedAccuracy ?? null;
  if (epochs.length === 0) return 'Appears after the first epoch.';
  if (accuracy === null) return 'Too few trusted images to hold some back for a test: that takes ten of a class.';
  return `${formatShare(accuracy)} of the trusted images that were held back are named right.`;
}

export function zeroSentence(epochs: readonly EpochMetrics[]): string {
  const last = epochs.at(-1);
  if (!last) return 'Appears after the first epoch.';
  return `${formatShare(last.zeroWeightShare)} of the images counted for nothing: they went against the trusted ones.`;
}

/** Up to where the weights are worth something; empty while that is not known. */
export function plateauSentence(plateau: number | null, epochsDone: number): string {
  if (plateau === null) return '';
  if (plateau >= epochsDone) return 'The weights told wrong labels from right ones to the end.';
  return (
    `The weights told wrong labels from right ones up to epoch ${formatCount(plateau)}: ` +
    'their mean until there is the score. Fewer epochs would do.'
  );
}

export function weightsSentence(epochs: readonly EpochMetrics[]): string {
  const last = epochs.at(-1);
  if (!last) return 'Appears after the first epoch.';
  return `Weights in epoch ${formatCount(last.epochIndex + 1)}. A step used about ${formatCount(last.effectiveSampleSize)} images of its batch.`;
}

export function speedSentence(epochs: readonly EpochMetrics[]): string {
  const last = epochs.at(-1);
  return last ? `${formatCount(last.examplesPerSecond)} images per second.` : 'Appears after the first epoch.';
}
