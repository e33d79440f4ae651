/** Settings that need no choice. Each value says where it comes from. */
import type { NetworkName, RunSettings } from './run-settings.ts';

/** Backbone that comes with the app. */
const defaultBackbone = 'mobilenet-v1-1.0-224-features.onnx';

const shared = {
  method: 'l2rw',
  fineTuneEpochs: 0,
  batchSize: 100,
  trustedBatchSize: 100,
  momentum: 0.9,
  seed: 1,
  engine: 'auto',
  backbone: defaultBackbone,
} as const satisfies Partial<RunSettings>;

/**
 * The settings of a run on `sampleCount` samples with `network`, unless the user wants others.
 *
 * `head`: measured best on frozen embeddings under nine kinds of label noise; small sets get more epochs, so that every run
 * takes 750 steps at least. `lenet` and `small-cnn`: the paper's weights, batch and momentum; rate and decay as is usual
 * for networks of their size.
 */
export function defaultSettings(network: NetworkName, sampleCount: number): RunSettings {
  switch (network) {
    case 'head':
      return {
        ...shared,
        network,
        weighting: 'cosine',
        epochs: Math.max(15, Math.ceil(750 / Math.max(1, sampleCount / shared.batchSize))),
        learningRate: 0.02,
        weightDecay: 5e-3,
        schedule: 'cosine',
        imageSize: 128,
        augmentation: { shiftPixels: 0, mirror: false },
      };
    case 'lenet':
      return {
        ...shared,
        network,
        weighting: 'signed',
        epochs: 60,
        learningRate: 0.01,
        weightDecay: 0,
        schedule: 'constant',
        imageSize: 28,
        augmentation: { shiftPixels: 0, mirror: false },
      };
    case 'small-cnn':
      return {
        ...shared,
        network,
        weighting: 'signed',
        epochs: 30,
        learningRate: 0.05,
        weightDecay: 5e-4,
        schedule: 'cosine',
        imageSize: 32,
        augmentation: { shiftPixels: 2, mirror: true },
      };
  }
}
