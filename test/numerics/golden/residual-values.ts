/** The golden values of batch normalisation and the residual networks, typed. How they were made: make-residual-values.py. */
import type { GoldenLayer, GoldenNetwork } from './golden-values.ts';
import values from './residual-values.json' with { type: 'json' };

interface ResidualValues {
  readonly layers: readonly GoldenLayer[];
  readonly networks: readonly Omit<GoldenNetwork, 'exampleGradientNorms'>[];
}

export const residualValues: ResidualValues = values;
