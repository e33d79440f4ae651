/** The gradient of the loss by the logits in one operation. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { CROSS_ENTROPY_GRADIENT } from '../../../core/network/softmax-cross-entropy.ts';
import type { CrossEntropyInputs } from '../../../core/network/softmax-cross-entropy.ts';
import { defineKernel } from './define-kernel.ts';

export function defineCrossEntropy(): void {
  defineKernel<CrossEntropyInputs<Tensor>, object>(CROSS_ENTROPY_GRADIENT, ({ inputs, backend }) =>
    backend.executeSingleOutput('TouchstoneCrossEntropyGradient', [], [inputs.logits, inputs.targets]),
  );
}
