/** The settings of a run in the user's words. */
import type { RunSummary } from '../../../src-main/contract/payloads.ts';
import type {
  EngineChoice,
  MethodName,
  NetworkName,
  WeightingName,
} from '../../../src-main/core/reweight/run-settings.ts';
import { formatCount } from '../../lib/format.ts';

export const networkTexts: Readonly<Record<NetworkName, { readonly text: string; readonly detail: string }>> = {
  head: { text: 'Ready-made features', detail: 'Fast, and best for photographs. Learns only the last layer.' },
  lenet: { text: 'LeNet', detail: 'A small network from scratch, for grey 28 pixel pictures such as digits.' },
  'small-cnn': { text: 'Small CNN', detail: 'A network from scratch, for small pictures unlike photographs. Slow.' },
};

export const methodTexts: Readonly<Record<MethodName, { readonly text: string; readonly detail: string }>> = {
  l2rw: { text: 'Learned weights', detail: 'The trusted pictures decide how much every other picture counts.' },
  uniform: { text: 'All the same', detail: 'Plain training, to compare with.' },
};

export const weightingTexts: Readonly<Record<WeightingName, { readonly text: string; readonly detail: string }>> = {
  signed: { text: 'As in the paper', detail: 'Pictures with large errors count more in the judgement.' },
  cosine: { text: 'By direction', detail: 'Only the direction of the evidence counts, not its size.' },
};

export const engineTexts: Readonly<Record<EngineChoice, { readonly text: string; readonly detail: string }>> = {
  auto: { text: 'Fastest there is', detail: 'Graphics card where one can be used, else the processor.' },
  tensorflow: { text: 'TensorFlow', detail: 'On an Nvidia graphics card, where its library is installed.' },
  webgpu: { text: 'WebGPU', detail: 'On the graphics card, through the window.' },
  wasm: { text: 'WebAssembly', detail: 'On the processor, on every computer.' },
  cpu: { text: 'Plain processor', detail: 'Slow; for finding faults.' },
};

export const statusTexts: Readonly<Record<RunSummary['status'], string>> = {
  running: 'Running',
  paused: 'Paused',
  finished: 'Finished',
  failed: 'Failed',
  cancelled: 'Stopped',
  interrupted: 'Interrupted',
};

interface SettingWords {
  readonly name: string;
  readonly text: (run: RunSummary) => string;
}

/** In the order in which they are compared. */
export const settingWords: readonly SettingWords[] = [
  { name: 'Trusted pictures', text: (run) => formatCount(run.trustedCount) },
  { name: 'Network', text: ({ settings }) => networkTexts[settings.network].text },
  { name: 'Method', text: ({ settings }) => methodTexts[settings.method].text },
  { name: 'Weights', text: ({ settings }) => weightingTexts[settings.weighting].text },
  { name: 'Epochs', text: ({ settings }) => formatCount(settings.epochs) },
  { name: 'Batch', text: ({ settings }) => formatCount(settings.batchSize) },
  { name: 'Trusted batch', text: ({ settings }) => formatCount(settings.trustedBatchSize) },
  { name: 'Learning rate', text: ({ settings }) => String(settings.learningRate) },
  { name: 'Schedule', text: ({ settings }) => settings.schedule },
  { name: 'Momentum', text: ({ settings }) => String(settings.momentum) },
  { name: 'Weight decay', text: ({ settings }) => String(settings.weightDecay) },
  { name: 'Image size', text: ({ settings }) => `${formatCount(settings.imageSize)} pixels` },
  { name: 'Shift', text: ({ settings }) => `${formatCount(settings.augmentation.shiftPixels)} pixels` },
  { name: 'Mirrored', text: ({ settings }) => (settings.augmentation.mirror ? 'yes' : 'no') },
  { name: 'Seed', text: ({ settings }) => String(settings.seed) },
  { name: 'Engine', text: ({ settings }) => engineTexts[settings.engine].text },
  { name: 'Backbone', text: ({ settings }) => settings.backbone },
];
