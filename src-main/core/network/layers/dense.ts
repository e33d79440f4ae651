/**
 * Fully connected layer.
 *
 * y = x W + b with x [B, D], W [D, E], b [E], y [B, E]. Tangent: y' = x' W + x W' + b'. Gradients, with d = dL/dy [B, E]:
 * dL/dx = d W^T, dL/dW = x^T d, dL/db = sum over the batch of d. One example's parameter gradient is the outer product of
 * (x_i, 1) and d_i, so its squared norm is (|x_i|^2 + 1) |d_i|^2.
 */
import { add, addN, clone, matMul, mul, square, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Initialiser, Layer, ParameterSpec } from '../layer.ts';
import { requireTensor } from '../require-tensor.ts';
import { sumToChannels } from '../sums.ts';

export interface DenseOptions {
  readonly name: string;
  /** D */
  readonly inputSize: number;
  /** E */
  readonly outputSize: number;
  readonly kernelInitialiser?: Initialiser;
  /** What the kernel's first values are scaled by; D unless given. */
  readonly fanIn?: number;
}

/** Parameters: kernel [D, E], bias [E]. `saved` holds the input [B, D]. */
export function createDense(options: DenseOptions): Layer {
  return {
    name: options.name,
    description: { kind: 'dense' },
    inputShape: [options.inputSize],
    outputShape: [options.outputSize],
    parameters: denseParameters(options),

    forward(parameters, input) {
      const [kernel, bias] = kernelAndBias(parameters);
      return { output: tidy(() => add(matMul(input, kernel), bias)), saved: [clone(input)] };
    },

    tangent(parameters, trace, inputTangent, parameterTangents) {
      const [kernel] = kernelAndBias(parameters);
      const [kernelTangent, biasTangent] = kernelAndBias(parameterTangents);
      return tidy(() => {
        const fromParameters = add(matMul(requireTensor(trace.saved, 0), kernelTangent), biasTangent); // [B, E]
        return inputTangent === null ? fromParameters : add(matMul(inputTangent, kernel), fromParameters);
      });
    },

    backward(parameters, trace, outputGradient, wantsInputGradient) {
      const [kernel] = kernelAndBias(parameters);
      return {
        inputGradient: wantsInputGradient ? matMul(outputGradient, kernel, false, true) : null, // [B, D]
        parameterGradients: [
          matMul(requireTensor(trace.saved, 0), outputGradient, true, false), // [D, E]
          sumToChannels(outputGradient), // [E]
        ],
      };
    },

    examplePasses: {
      carry(parameters, _trace, errors, wantsInputErrors) {
        const [kernel] = kernelAndBias(parameters);
        const inputErrors = wantsInputErrors ? matMul(errors, kernel, false, true) : null; // [B, D]
        return { inputErrors, kept: [clone(errors)] };
      },

      alignments(trace, kept, parameterTangents) {
        const [kernelTangent, biasTangent] = kernelAndBias(parameterTangents);
        const moved = add(matMul(requireTensor(trace.saved, 0), kernelTangent), biasTangent); // [B, E]
        return [{ x: requireTensor(kept, 0), t: moved }];
      },

      gradients(trace, kept, { column }) {
        const weighted = mul(requireTensor(kept, 0), column); // [B, E]
        return [matMul(requireTensor(trace.saved, 0), weighted, true, false), sumToChannels(weighted)]; // [D, E], [E]
      },
    },

    exampleSquaredGradientNorms(trace, outputGradient) {
      return tidy(() => {
        const inputNorms = sum(square(requireTensor(trace.saved, 0)), 1); // [B]
        const errorNorms = sum(square(outputGradient), 1); // [B]
        return addN([mul(inputNorms, errorNorms), errorNorms]);
      });
    },
  };
}

function denseParameters(options: DenseOptions): readonly ParameterSpec[] {
  const { name, inputSize, outputSize, kernelInitialiser } = options;
  const fans = { fanIn: options.fanIn ?? inputSize, fanOut: outputSize };
  return [
    {
      name: `${name}/kernel`,
      shape: [inputSize, outputSize],
      initialiser: kernelInitialiser ?? 'he-normal',
      ...fans,
      decays: true,
    },
    { name: `${name}/bias`, shape: [outputSize], initialiser: 'zeros', ...fans, decays: false },
  ];
}

function kernelAndBias(parameters: readonly Tensor[]): readonly [kernel: Tensor, bias: Tensor] {
  return [requireTensor(parameters, 0), requireTensor(parameters, 1)];
}
