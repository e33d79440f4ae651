/** Stochastic gradient descent with momentum and weight decay. */
import { add, clone, dispose, mul, sub, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
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
  const momenta = specs.map((spec, index) =>
    tidy(() => {
      const decay = spec.decays ? settings.weightDecay : 0;
      const gradient = requireTensor(gradients, index);
      const pull = decay === 0 ? gradient : add(gradient, mul(requireTensor(state.parameters, index), decay));
      return add(mul(requireTensor(state.momenta, index), settings.momentum), pull);
    }),
  );
  const parameters = state.parameters.map((parameter, index) => {
    if (specs[index]?.role === 'statistic') return clone(requireTensor(statistics, index));
    return tidy(() => sub(parameter, mul(requireTensor(momenta, index), settings.learningRate)));
  });
  return { parameters, momenta };
}

export function disposeOptimiserState(state: OptimiserState): void {
  dispose([...state.parameters, ...state.momenta]);
}
