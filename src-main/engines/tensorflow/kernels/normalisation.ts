/** Group and batch normalisation, a pass each in one operation. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { NORMALISE, NORMALISE_GRADIENT, NORMALISE_TANGENT } from '../../../core/network/normalisation.ts';
import type {
  GradientInputs,
  NormalisationAttributes,
  NormalisationGradientOptions,
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
  type GradientAttributes = NormalisationAttributes & NormalisationGradientOptions;
  defineKernel<GradientInputs<Tensor>, GradientAttributes>(NORMALISE_GRADIENT, ({ inputs, attrs, backend }) => {
    const { x, m, r, scale, offset, gradient } = inputs;
    const tensors = [x, m, r, scale, offset, gradient];
    const isSummed = integerAttributes(backend, { is_summed: attrs.isSummed ? 1 : 0 });
    const all = [...attributes(backend, attrs), ...isSummed];
    return backend.executeMultipleOutputs('TouchstoneNormaliseGradient', all, tensors, 3);
  });
}

function attributes(backend: TensorflowBackend, { groups, isRectified, epsilon }: NormalisationAttributes) {
  return [
    ...integerAttributes(backend, { groups, is_rectified: isRectified ? 1 : 0 }),
    { name: 'epsilon', type: backend.binding.TF_ATTR_FLOAT, value: epsilon },
  ];
}
