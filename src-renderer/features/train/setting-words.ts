/** The settings of a run in the user's words. */
import type { RunSummary } from '../../../src-main/contract/payloads.ts';
import type {
  EngineChoice,
  MethodName,
  NetworkName,
  Normalisation,
  ScheduleName,
  WeightingName,
} from '../../../src-main/core/reweight/run-settings.ts';
import { formatCount } from '../../lib/format.ts';

export const networkTexts: Readonly<Record<NetworkName, { readonly text: string; readonly detail: string }>> = {
  head: { text: 'Pretrained', detail: 'Fast, and best for photographs. Learns only the last layer.' },
  lenet: { text: 'LeNet', detail: 'A small network from scratch, for grey 28 pixel images such as digits.' },
  'small-cnn': { text: 'Small CNN', detail: 'A network from scratch, for small images unlike photographs. Slow.' },
  'resnet-32': { text: 'ResNet-32', detail: 'From scratch, as in the papers. Very slow without a graphics card.' },
  'resnet-18': { text: 'ResNet-18', detail: 'From scratch, for larger images. Very slow without a graphics card.' },
  'wrn-28-10': { text: 'WRN-28-10', detail: 'From scratch, the largest of the papers. Needs a graphics card.' },
};

export const methodTexts: Readonly<Record<MethodName, { readonly text: string; readonly detail: string }>> = {
  l2rw: { text: 'Learned', detail: 'The trusted images decide how much every other image counts.' },
  gdw: { text: 'Learned class weights', detail: 'GDW: every class of an image has a weight of its own.' },
  'mw-net': { text: 'Learned from the loss', detail: 'MW-Net: a small network learns which losses deserve weight.' },
  uniform: { text: 'All the same', detail: 'Plain training, to compare with.' },
  random: { text: 'Random', detail: 'Weights drawn at random, half of them zero.' },
  proportion: { text: 'By class size', detail: 'Rare classes weigh more.' },
  resample: { text: 'Balanced steps', detail: 'Every step has the same number of each class.' },
  'under-sampling': {
    text: 'Fewer of large classes',
    detail: 'Each epoch shows as many of every class as of the smallest.',
  },
  smote: { text: 'Invented neighbours', detail: 'Small classes are filled up with images between their own.' },
  'over-sampling': {
    text: 'More of small classes',
    detail: 'Each epoch shows as many of every class as of the largest.',
  },
  'hard-mining': { text: 'Hardest only', detail: 'Only the largest losses of every class count. Wants large steps.' },
  focal: { text: 'Focal loss', detail: 'What is answered well already counts less.' },
  adaboost: { text: 'Boosting', detail: 'What was answered wrong counts more in the next epoch.' },
  'cost-sensitive': { text: 'Boosting, by class size', detail: 'The same, and mistakes on rare classes count more.' },
  'reed-soft': {
    text: 'Soft bootstrapping',
    detail: 'Labels are mixed with the probabilities that the network gives.',
  },
  'reed-hard': { text: 'Hard bootstrapping', detail: 'Labels are mixed with the answer that the network gives.' },
  's-model': { text: 'Noise channel', detail: 'Learns which classes are mistaken for which.' },
  's-model-conf': { text: 'Noise channel, measured', detail: 'The same, from what plain training confuses first.' },
  'mentornet-pd': { text: 'Easy first', detail: 'A fixed curriculum leaves large losses out for most of the run.' },
  'clean-only': { text: 'Trusted only', detail: 'Trains on nothing but the trusted images.' },
};

export const weightingTexts: Readonly<Record<WeightingName, { readonly text: string; readonly detail: string }>> = {
  signed: { text: 'As in the paper', detail: 'Images with large errors count more in the judgement.' },
  cosine: { text: 'Direction only', detail: 'Only the direction of the evidence counts, not its size.' },
};

export const scheduleTexts: Readonly<Record<ScheduleName, { readonly text: string; readonly detail: string }>> = {
  constant: { text: 'Constant', detail: 'The same from the first step to the last.' },
  cosine: { text: 'Falls smoothly', detail: 'From the learning rate to zero, along half a cosine.' },
  step: { text: 'Falls in steps', detail: 'Divided by ten twice, where the papers do it.' },
};

export const normalisationTexts: Readonly<Record<Normalisation, { readonly text: string; readonly detail: string }>> = {
  batch: { text: 'By batch', detail: 'As in the papers: the images of a step see each other.' },
  group: { text: 'By group', detail: 'Every image by itself. Takes small steps well.' },
  frozen: { text: 'Frozen', detail: 'By statistics that stay as they began.' },
};

export const engineTexts: Readonly<Record<EngineChoice, { readonly text: string; readonly detail: string }>> = {
  auto: { text: 'Fastest', detail: 'Graphics card where one can be used, else the processor.' },
  tensorflow: {
    text: 'TensorFlow',
    detail: 'On an Nvidia graphics card, or fast on the processor, where its library is installed.',
  },
  webgpu: { text: 'WebGPU', detail: 'On the graphics card, of whichever make.' },
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
  { name: 'Trusted images', text: (run) => formatCount(run.trustedCount) },
  { name: 'Network', text: ({ settings }) => networkTexts[settings.network].text },
  { name: 'Weights', text: ({ settings }) => methodTexts[settings.method].text },
  { name: 'Evidence', text: ({ settings }) => weightingTexts[settings.weighting].text },
  { name: 'Epochs', text: ({ settings }) => formatCount(settings.epochs) },
  { name: 'Fine-tuning', text: ({ settings }) => `${formatCount(settings.fineTuneEpochs)} epochs` },
  { name: 'Batch', text: ({ settings }) => formatCount(settings.batchSize) },
  { name: 'Trusted batch', text: ({ settings }) => formatCount(settings.trustedBatchSize) },
  { name: 'Learning rate', text: ({ settings }) => String(settings.learningRate) },
  { name: 'Images at once', text: ({ settings }) => formatCount(settings.microBatchSize || settings.batchSize) },
  { name: 'Schedule', text: ({ settings }) => scheduleTexts[settings.schedule].text },
  { name: 'Rate drops', text: ({ settings }) => settings.rateDrops.map((share) => share.toFixed(2)).join(', ') },
  { name: 'Normalisation', text: ({ settings }) => normalisationTexts[settings.normalisation].text },
  { name: 'Dropout', text: ({ settings }) => String(settings.dropout) },
  { name: 'Width', text: ({ settings }) => String(settings.width) },
  { name: 'Momentum', text: ({ settings }) => String(settings.momentum) },
  { name: 'Weight decay', text: ({ settings }) => String(settings.weightDecay) },
  { name: 'Image size', text: ({ settings }) => `${formatCount(settings.imageSize)} pixels` },
  { name: 'Shift', text: ({ settings }) => `${formatCount(settings.augmentation.shiftPixels)} pixels` },
  { name: 'Mirrored', text: ({ settings }) => (settings.augmentation.mirror ? 'yes' : 'no') },
  { name: 'Seed', text: ({ settings }) => String(settings.seed) },
  { name: 'Engine', text: ({ settings }) => engineTexts[settings.engine].text },
  { name: 'Backbone', text: ({ settings }) => settings.backbone },
];
