/** For every method: an input with nothing optional, one with everything, and some that must be refused. */
import type { MethodName } from '../../src-main/contract/methods.ts';
import { appInputs } from './inputs/app-inputs.ts';
import type { InputCase } from './inputs/input-case.ts';
import { reviewInputs } from './inputs/review-inputs.ts';
import { workInputs } from './inputs/work-inputs.ts';

export { projectId } from './inputs/input-parts.ts';

export const inputCases: { readonly [M in MethodName]: InputCase<M> } = {
  ...appInputs,
  ...workInputs,
  ...reviewInputs,
};
