/** Everything that decides what a training run computes. Stored with the run; the same settings give the same numbers. */

export const networkNames = ['head', 'lenet', 'small-cnn', 'resnet-32', 'resnet-18', 'wrn-28-10'] as const;
export type NetworkName = (typeof networkNames)[number];

/** README.md says what each of them does. `uniform` is plain training that watches: alignments are logged and decide nothing. */
export const methodNames = [
  'l2rw',
  'gdw',
  'mw-net',
  'uniform',
  'random',
  'proportion',
  'resample',
  'under-sampling',
  'over-sampling',
  'hard-mining',
  'focal',
  'adaboost',
  'cost-sensitive',
  'reed-soft',
  'reed-hard',
  's-model',
  's-model-conf',
  'mentornet-pd',
  'clean-only',
] as const;
export type MethodName = (typeof methodNames)[number];

/** Methods that learn from the trusted set. Without a trusted sample of some class they would teach that class away. */
export const guidedMethods: readonly MethodName[] = ['l2rw', 'gdw', 'mw-net', 'clean-only'];

/** `signed`: the paper's weights. `cosine`: u_i divided by |grad f_i| before rectifying. */
export const weightingNames = ['signed', 'cosine'] as const;
export type WeightingName = (typeof weightingNames)[number];

export const engineChoices = ['auto', 'tensorflow', 'wasm', 'cpu'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** Learning rate over a run. `cosine`: from `learningRate` to 0. `step`: divided by ten after 2/3 and 5/6 of the steps. */
export const scheduleNames = ['constant', 'cosine', 'step'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

export interface RunSettings {
  readonly network: NetworkName;
  readonly method: MethodName;
  readonly weighting: WeightingName;
  readonly epochs: number;
  /** The last so many of `epochs` train on the trusted samples alone (+FT). */
  readonly fineTuneEpochs: number;
  /** B: training samples per step. */
  readonly batchSize: number;
  /** M: trusted samples per step; the whole trusted set where it is smaller. */
  readonly trustedBatchSize: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly schedule: ScheduleName;
  /** Side of the square that images are fitted into, in pixels: of the backbone's input for `head`, of the network's otherwise. */
  readonly imageSize: number;
  /** Largest shift in pixels, and whether images are mirrored at random. Not used by `head`. */
  readonly augmentation: { readonly shiftPixels: number; readonly mirror: boolean };
  /** Unsigned 32-bit. */
  readonly seed: number;
  readonly engine: EngineChoice;
  /** File name of the backbone, for `head`. */
  readonly backbone: string;
}
