/** Lists of layers that grow one by one, each taking the shape that the last one gave. What the residual networks are built with. */
import type { Normalisation } from '../../reweight/run-settings.ts';
import type { Layer } from '../layer.ts';
import { createBatchNorm } from '../layers/batch-norm.ts';
import { createConvolution } from '../layers/convolution.ts';
import { createDropout } from '../layers/dropout.ts';
import { createGroupNorm } from '../layers/group-norm.ts';
import { createMaxPooling } from '../layers/max-pooling.ts';
import { createRelu } from '../layers/relu.ts';

export type ImageShape = readonly [height: number, width: number, channels: number];

const GROUPS = 8;

export class LayerStack {
  readonly layers: Layer[] = [];
  readonly #inputShape: ImageShape;
  readonly #normalisation: Normalisation;

  constructor(inputShape: ImageShape, normalisation: Normalisation) {
    this.#inputShape = inputShape;
    this.#normalisation = normalisation;
  }

  /** Of what was added last. */
  get shape(): ImageShape {
    const shape = this.layers.at(-1)?.outputShape ?? this.#inputShape;
    const [height, width, channels] = shape;
    if (height === undefined || width === undefined || channels === undefined)
      throw new Error(`Expected [H, W, C], got [${shape.join(', ')}].`);
    return [height, width, channels];
  }

  add(layer: Layer): this {
    this.layers.push(layer);
    return this;
  }

  /** Without bias: a normalisation follows or a shortcut is added. */
  convolution(name: string, channels: number, size: number, stride = 1): this {
    return this.add(createConvolution({ name, inputShape: this.shape, channels, size, stride, hasBias: false }));
  }

  norm(name: string): this {
    return this.#normalise(name, false);
  }

  /** max(normalised, 0), in one layer. */
  rectifiedNorm(name: string): this {
    return this.#normalise(name, true);
  }

  #normalise(name: string, isRectified: boolean): this {
    const inputShape = this.shape;
    if (this.#normalisation === 'group')
      return this.add(createGroupNorm({ name, inputShape, groups: GROUPS, isRectified }));
    return this.add(createBatchNorm({ name, inputShape, isFrozen: this.#normalisation === 'frozen', isRectified }));
  }

  relu(name: string): this {
    return this.add(createRelu(name, this.shape));
  }

  dropout(name: string, rate: number): this {
    return rate === 0 ? this : this.add(createDropout({ name, shape: this.shape, rate }));
  }

  maxPooling(name: string): this {
    return this.add(createMaxPooling({ name, inputShape: this.shape, size: 3, stride: 2, padding: 'same' }));
  }

  /** An empty stack that goes on from here. */
  branch(): LayerStack {
    return new LayerStack(this.shape, this.#normalisation);
  }
}
