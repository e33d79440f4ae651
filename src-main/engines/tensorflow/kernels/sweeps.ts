/** The sweeps over images that TensorFlow composes slowly. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { CHANNEL_BLEND } from '../../../core/network/channel-blend.ts';
import type { ChannelBlendInputs } from '../../../core/network/channel-blend.ts';
import { EXAMPLE_ROWS } from '../../../core/network/example-rows.ts';
import type { ExampleRowsInputs } from '../../../core/network/example-rows.ts';
import { PLANE_MEANS } from '../../../core/network/plane-means.ts';
import type { PlaneMeansInputs } from '../../../core/network/plane-means.ts';
import { RELU_GATE } from '../../../core/network/relu-gate.ts';
import type { ReluGateInputs } from '../../../core/network/relu-gate.ts';
import { defineKernel } from './define-kernel.ts';

/** TensorFlow's own gradient of the unit is the gate. */
export function defineReluGate(): void {
  defineKernel<ReluGateInputs<Tensor>, object>(RELU_GATE, ({ inputs: { derivative, output }, backend }) => {
    const type = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
    return backend.executeSingleOutput('ReluGrad', type, [derivative, output]);
  });
}

export function defineChannelBlend(): void {
  defineKernel<ChannelBlendInputs<Tensor>, object>(CHANNEL_BLEND, ({ inputs: { x, a, b, y, c }, backend }) =>
    y === undefined || c === undefined
      ? backend.executeSingleOutput('TouchstoneBlend', [], [x, a, b])
      : backend.executeSingleOutput('TouchstoneBlendTwo', [], [x, a, b, y, c]),
  );
}

export function definePlaneMeans(): void {
  defineKernel<PlaneMeansInputs<Tensor>, object>(PLANE_MEANS, ({ inputs: { x, t }, backend }) =>
    backend.executeMultipleOutputs('TouchstonePlaneMeans', [], [x, t], 2),
  );
}

export function defineExampleRows(): void {
  defineKernel<ExampleRowsInputs<Tensor>, object>(EXAMPLE_ROWS, ({ inputs: { values, rows, factors }, backend }) =>
    backend.executeSingleOutput('TouchstoneExampleRows', [], [values, rows, factors]),
  );
}
