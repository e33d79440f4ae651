import { TouchstoneError } from '../core/errors.ts';
import { validateSettings } from '../core/reweight/validate-settings.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';

/**
 * Refuses a job that cannot be trained on. `invalid-value` for settings, `dataset-empty`, `classes-too-few` and
 * `trusted-set-too-small` for data; a job whose arrays do not fit together is a bug and a plain Error.
 */
export function validateJob(job: TrainingJob): void {
  validateSettings(job.settings);
  if (job.sampleCount === 0) throw new TouchstoneError('dataset-empty', 'There are no images to train on.');
  if (job.classCount < 2) {
    const message = `Training tells classes apart and needs at least 2, not ${job.classCount}. Import more classes.`;
    throw new TouchstoneError('classes-too-few', message);
  }
  if (job.trusted.length === 0) {
    throw new TouchstoneError(
      'trusted-set-too-small',
      'No image is trusted. Verify the labels of a few in each class.',
    );
  }
  checkArrays(job);
}

function checkArrays({ sampleCount, classCount, inputs, labels, trusted, settings }: TrainingJob): void {
  const sampleBytes = inputs.kind === 'vectors' ? inputs.dimensions * 4 : inputs.size * inputs.size * 3;
  const isFit =
    inputs.buffer.byteLength === sampleCount * sampleBytes &&
    labels.length === sampleCount &&
    labels.every((label) => label >= 0 && label < classCount) &&
    trusted.every((sample) => sample < sampleCount) &&
    new Set(trusted).size === trusted.length &&
    (inputs.kind === 'vectors') === (settings.network === 'head');
  if (!isFit) throw new Error('The arrays of this training job do not fit together.');
}
