/** The classifier of embedding mode: one hidden layer on a backbone's vectors. */
import { createDense } from '../layers/dense.ts';
import { createDropout } from '../layers/dropout.ts';
import { createRelu } from '../layers/relu.ts';
import type { Network } from '../network.ts';
import { createSequentialNetwork } from './sequential-network.ts';

const HIDDEN_UNITS = 256;
const INPUT_DROPOUT = 0.5;

/**
 * D -> dropout (0.5 unless told otherwise) -> dense 256 -> ReLU -> dense K, on standardised vectors [B, D].
 *
 * The last kernel starts at zero: every class is equally likely at first, and the first alignments rest on the inputs alone.
 *
 * `fanIn`: the D of the standardised vectors where the inputs are their coordinates in a subspace (ranking/reduce-vectors.ts). The first kernel
 * then starts as the projection of one that would be drawn for the vectors themselves.
 */
export function createHead(
  inputSize: number,
  classCount: number,
  inputDropout = INPUT_DROPOUT,
  fanIn = inputSize,
): Network {
  return createSequentialNetwork('head', [
    createDropout({ name: 'dropout', shape: [inputSize], rate: inputDropout }),
    createDense({ name: 'hidden', inputSize, outputSize: HIDDEN_UNITS, fanIn }),
    createRelu('relu', [HIDDEN_UNITS]),
    createDense({ name: 'classes', inputSize: HIDDEN_UNITS, outputSize: classCount, kernelInitialiser: 'zeros' }),
  ]);
}
