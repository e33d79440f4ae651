/** What a job is doing, for the status line: the step, how far, how fast, how long still. */
import type { JobState } from '../../../src-main/contract/payloads.ts';
import { formatCount, formatTimeLeft } from '../../lib/format.ts';

/** "Training: epoch 7 of 20, 1,240 images per second, about 40 seconds left". */
export function jobSentence(job: JobState): string {
  const parts = job.training ? trainingParts(job) : progressParts(job);
  if (job.secondsLeft !== null) parts.push(`${formatTimeLeft(job.secondsLeft)} left`);
  return parts.length === 0 ? job.stage : `${job.stage}: ${parts.join(', ')}`;
}

function trainingParts(job: JobState): string[] {
  const { training } = job;
  if (training?.phase === 'preparing') return progressParts(job);
  if (training?.phase !== 'training') return [];
  const parts = [`epoch ${formatCount(training.epochIndex + 1)} of ${formatCount(training.epochCount)}`];
  if (training.isPaused) return parts;
  if (training.examplesPerSecond !== null) parts.push(`${formatCount(training.examplesPerSecond)} images per second`);
  return parts;
}

function progressParts({ done, total }: JobState): string[] {
  if (total === null) return done > 0 ? [formatCount(done)] : [];
  return [`${formatCount(done)} of ${formatCount(total)}`];
}
