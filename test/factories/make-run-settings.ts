import type { RunSettings } from '../../src-main/core/reweight/run-settings.ts';

/** Settings of a small run on embeddings. */
export function makeRunSettings(changes: Partial<RunSettings> = {}): RunSettings {
  return {
    network: 'head',
    method: 'l2rw',
    weighting: 'signed',
    epochs: 3,
    fineTuneEpochs: 0,
    batchSize: 100,
    trustedBatchSize: 10,
    learningRate: 0.1,
    momentum: 0.9,
    weightDecay: 0.0005,
    schedule: 'cosine',
    rateDrops: [0.5, 0.75],
    normalisation: 'batch',
    dropout: 0.5,
    width: 1,
    microBatchSize: 0,
    imageSize: 128,
    augmentation: { shiftPixels: 0, mirror: false },
    seed: 7,
    engine: 'auto',
    backbone: 'mobilenet-v1.onnx',
    ...changes,
  };
}
