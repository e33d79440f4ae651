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
  'smote',
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

/** Methods that ask in every step what the trusted set thinks of the batch. */
export const steeredMethods: readonly MethodName[] = ['l2rw', 'gdw', 'mw-net'];

/** `signed`: the paper's weights. `cosine`: u_i divided by |grad f_i| before rectifying. */
export const weightingNames = ['signed', 'cosine'] as const;
export type WeightingName = (typeof weightingNames)[number];

export const engineChoices = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** Learning rate over a run. `cosine`: from `learningRate` to 0. `step`: divided by ten at each of `rateDrops`. */
export const scheduleNames = ['constant', 'cosine', 'step'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/**
 * How the residual networks normalise; the other networks have no choice. `batch`: by the batch's statistics in all three passes. `frozen`: by
 * the running statistics, which then stay as they are. `group`: eight groups of channels, no example sees another.
 */
export const normalisationNames = ['batch', 'group', 'frozen'] as const;
export type Normalisation = (typeof normalisationNames)[number];

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
  /** Shares of the steps in (0, 1), rising: where `step` divides the rate by ten. */
  readonly rateDrops: readonly number[];
  readonly normalisation: Normalisation;
  /** Share of the values set to zero: of the inputs of `head`, between the convolutions of `wrn-28-10`. The others have no dropout: 0. */
  readonly dropout: number;
  /** Channels of the residual networks, as a factor of the papers'; rounded to multiples of eight. 1 for the other networks. */
  readonly width: number;
  /**
   * Samples that pass the network at once; 0 for a whole batch. Smaller is slower and takes less memory, and gives the same numbers but where
   * batch normalisation couples the samples of a pass.
   */
  readonly microBatchSize: number;
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
