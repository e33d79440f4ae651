/** Settings that need no choice. Each value says where it comes from. */
import { longScheduleDrops, shortScheduleDrops } from './learning-rate.ts';
import type { NetworkName, RunSettings } from './run-settings.ts';

/** Backbone that comes with the app. */
const defaultBackbone = 'mobilenet-v1-1.0-224-features.onnx';

const shared = {
  method: 'l2rw',
  fineTuneEpochs: 0,
  batchSize: 100,
  trustedBatchSize: 100,
  momentum: 0.9,
  rateDrops: shortScheduleDrops,
  normalisation: 'batch',
  dropout: 0,
  width: 1,
  microBatchSize: 0,
  seed: 1,
  engine: 'auto',
  backbone: defaultBackbone,
} as const satisfies Partial<RunSettings>;

/** The residual networks of Ren et al. 2018 on CIFAR: 80,000 and 60,000 steps of 100 out of 50,000 images; the decay is their code's. */
const paper = {
  ...shared,
  weighting: 'signed',
  learningRate: 0.1,
  weightDecay: 2e-4,
  schedule: 'step',
  imageSize: 32,
  augmentation: { shiftPixels: 2, mirror: true },
} as const satisfies Partial<RunSettings>;

/**
 * The settings of a run on `sampleCount` samples with `network`, unless the user wants others.
 *
 * `head`: measured best on frozen embeddings under nine kinds of label noise; small sets get more epochs, so that every run
 * takes 750 steps at least. `lenet` and `small-cnn`: the paper's weights, batch and momentum; rate and decay as is usual
 * for networks of their size. `resnet-32` and `wrn-28-10`: the paper's; `resnet-18`: theirs with a shorter schedule, for larger pictures.
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
        dropout: 0.5,
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
    case 'resnet-32':
      return { ...paper, network, epochs: 160, rateDrops: longScheduleDrops };
    case 'wrn-28-10':
      return { ...paper, network, epochs: 120, dropout: 0.3 };
    case 'resnet-18':
      return { ...paper, network, epochs: 60, schedule: 'cosine', imageSize: 64 };
  }
}
