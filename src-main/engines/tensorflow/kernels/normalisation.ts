/** Group and batch normalisation, a pass each in one operation. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { NORMALISE, NORMALISE_GRADIENT, NORMALISE_TANGENT } from '../../../core/network/normalisation.ts';
import type {
  GradientInputs,
  NormalisationAttributes,
  NormaliseInputs,
  TangentInputs,
} from '../../../core/network/normalisation.ts';
import type { TensorflowBackend } from '../load-backend.ts';
import { defineKernel, integerAttributes } from './define-kernel.ts';

export function defineNormalisation(): void {
  defineKernel<NormaliseInputs<Tensor>, NormalisationAttributes>(NORMALISE, ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs;
    return backend.executeMultipleOutputs('TouchstoneNormalise', attributes(backend, attrs), [x, scale, offset], 4);
  });
  defineKernel<TangentInputs<Tensor>, NormalisationAttributes>(NORMALISE_TANGENT, ({ inputs, attrs, backend }) => {
    const { x, m, r, scale, offset, tangent, scaleTangent, offsetTangent } = inputs;
    const tensors = [x, m, r, scale, offset, tangent, scaleTangent, offsetTangent];
    return backend.executeSingleOutput('TouchstoneNormaliseTangent', attributes(backend, attrs), tensors);
  });
  defineKernel<GradientInputs<Tensor>, NormalisationAttributes>(NORMALISE_GRADIENT, ({ inputs, attrs, backend }) => {
    const { x, m, r, scale, offset, gradient } = inputs;
    const tensors = [x, m, r, scale, offset, gradient];
    return backend.executeMultipleOutputs('TouchstoneNormaliseGradient', attributes(backend, attrs), tensors, 3);
  });
}

function attributes(backend: TensorflowBackend, { groups, isRectified, epsilon }: NormalisationAttributes) {
  return [
    ...integerAttributes(backend, { groups, is_rectified: isRectified ? 1 : 0 }),
    { name: 'epsilon', type: backend.binding.TF_ATTR_FLOAT, value: epsilon },
  ];
}
