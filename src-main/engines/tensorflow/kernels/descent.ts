/** The optimiser's step of all parameters in one operation: as single ones they are a hundred calls. */
import { tensor1d } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { SGD_STEP } from '../../../core/reweight/sgd.ts';
import type { SgdAttributes } from '../../../core/reweight/sgd.ts';
import { defineKernel, integerAttributes } from './define-kernel.ts';

export function defineDescent(): void {
  defineKernel<Readonly<Record<string, Tensor>>, SgdAttributes>(SGD_STEP, ({ inputs, attrs, backend }) => {
    const { learningRate, momentum, decays } = attrs;
    // As a tensor: TensorFlow would keep one kernel for every learning rate there has been if it were an attribute.
    const settings = tensor1d([learningRate, momentum, ...decays]);
    const count = decays.length;
    const result = backend.executeMultipleOutputs(
      'TouchstoneDescent',
      integerAttributes(backend, { count }),
      [settings, ...Object.values(inputs)],
      2 * count,
    );
    settings.dispose();
    return result;
  });
}
