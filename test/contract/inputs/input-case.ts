/** The form of the inputs that every method is tried with. */
import type { MethodInput, MethodName } from '../../../src-main/contract/methods.ts';

/** The type with every optional field present, however deep: a schema that forgets one refuses `full`. */
type Full<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Full<Item>[]
    : { readonly [K in keyof T]-?: Full<Exclude<T[K], undefined>> };

export interface InputCase<M extends MethodName> {
  readonly smallest: MethodInput<M>;
  readonly full: Full<MethodInput<M>>;
  /** Each differs from a valid input in one respect. */
  readonly refused: readonly unknown[];
}

/** A case for every method of some areas. */
export type InputCasesOf<Area extends string> = {
  readonly [M in Extract<MethodName, `${Area}/${string}`>]: InputCase<M>;
};
