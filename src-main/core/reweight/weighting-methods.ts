/** Every weighting method by its name in the settings. A new one is a file beside this and a line here. */
import { l2rwCosine } from './l2rw-cosine.ts';
import { l2rwSigned } from './l2rw-signed.ts';
import type { MethodName, RunSettings, WeightingName } from './run-settings.ts';
import { uniform } from './uniform.ts';
import type { WeightingMethod } from './weighting-method.ts';

const weightingMethods: Readonly<Record<MethodName, Readonly<Record<WeightingName, WeightingMethod>>>> = {
  l2rw: { signed: l2rwSigned, cosine: l2rwCosine },
  uniform: { signed: uniform, cosine: uniform },
};

export function chooseWeighting(settings: Pick<RunSettings, 'method' | 'weighting'>): WeightingMethod {
  return weightingMethods[settings.method][settings.weighting];
}
