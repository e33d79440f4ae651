/** Stochastic gradient descent with momentum and weight decay. */
import { add, clone, dispose, mul, sub, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { findKernel } from '../network/engine-kernel.ts';
import type { ParameterSpec } from '../network/layer.ts';
import { requireTensor } from '../network/require-tensor.ts';

/** What training changes; one momentum of the same shape per parameter. */
export interface OptimiserState {
  readonly parameters: readonly Tensor[];
  readonly momenta: readonly Tensor[];
}

export interface SgdSettings {
  readonly learningRate: number;
  /** mu, in [0, 1). */
  readonly momentum: number;
  /** lambda of the penalty lambda / 2 |parameter|^2; applied to parameters whose spec says `decays`. */
  readonly weightDecay: number;
}

/**
 * An engine may register a kernel of this name that moves all parameters at once; without one it is composed of TF.js operations. Its inputs
 * are the N parameters, then the gradients, then the momenta; its outputs the N new parameters, then the momenta.
 */
export const SGD_STEP = 'SgdStep';

export type SgdAttributes = {
  readonly learningRate: number;
  readonly momentum: number;
  /** Per parameter, [N]; 0 where it does not decay. */
  readonly decays: readonly number[];
};

/** A state that has not moved yet. Takes the parameters over; the momenta are zero. */
export function startOptimiser(parameters: readonly Tensor[]): OptimiserState {
  return { parameters, momenta: parameters.map((parameter) => zerosLike(parameter)) };
}

/**
 * One step: m' = mu m + g + lambda p, p' = p - rate m'. Statistics become what `statistics` says, which is otherwise the parameters.
 *
 * `gradients` are those of the mean (or weighted) loss without the penalty, one per parameter. Returns new tensors; the
 * caller disposes the old state and the gradients.
 */
export function sgdStep(
  state: OptimiserState,
  gradients: readonly Tensor[],
  specs: readonly ParameterSpec[],
  settings: SgdSettings,
  statistics: readonly Tensor[] = state.parameters,
): OptimiserState {
  const decays = specs.map((spec) => (spec.decays ? settings.weightDecay : 0));
  const moved = descend(state, gradients, { ...settings, decays });
  const parameters = moved.parameters.map((parameter, index) => {
    if (specs[index]?.role !== 'statistic') return parameter;
    parameter.dispose();
    return clone(requireTensor(statistics, index));
  });
  return { parameters, momenta: moved.momenta };
}

function descend(
  { parameters, momenta }: OptimiserState,
  gradients: readonly Tensor[],
  { learningRate, momentum, decays }: SgdAttributes,
): OptimiserState {
  const count = parameters.length;
  const kernel = findKernel<Tensor[]>(SGD_STEP);
  if (kernel) {
    const inputs = Object.fromEntries(
      [...parameters, ...gradients, ...momenta].map((tensor, i) => [`tensor${i}`, tensor]),
    );
    const moved = kernel(inputs, { learningRate, momentum, decays: [...decays] });
    return { parameters: moved.slice(0, count), momenta: moved.slice(count) };
  }
  const pulls = parameters.map((parameter, i) =>
    tidy(() => {
      const [gradient, decay] = [requireTensor(gradients, i), decays[i] ?? 0];
      const pull = decay === 0 ? gradient : add(gradient, mul(parameter, decay));
      return add(mul(requireTensor(momenta, i), momentum), pull);
    }),
  );
  const moved = parameters.map((parameter, i) =>
    tidy(() => sub(parameter, mul(requireTensor(pulls, i), learningRate))),
  );
  return { parameters: moved, momenta: pulls };
}

export function disposeOptimiserState(state: OptimiserState): void {
  dispose([...state.parameters, ...state.momenta]);
}
