/** Turns what a caller sent into a method's input, or refuses it in words that name the field. */
import * as v from 'valibot';
import { TouchstoneError } from '../core/errors.ts';
import { methodSchemas } from './method-schemas.ts';
import type { MethodInput, MethodName } from './methods.ts';

/** The checked input: a fresh object that holds known keys only. Throws `arguments-invalid`, with the first fault's path in `details.field`. */
export function checkInput<M extends MethodName>(method: M, input: unknown): MethodInput<M> {
  const schema: v.GenericSchema<MethodInput<M>, MethodInput<M>> = methodSchemas[method];
  // The first fault is enough, and a list of a million wrong items must not become a million messages.
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? '';
  const place = field === '' ? 'its input' : `"${shorten(field)}"`;
  throw new TouchstoneError('arguments-invalid', `${method} was called wrongly: ${place}: ${shorten(issue.message)}.`, {
    details: { method, field: shorten(field) },
  });
}

/** Parts of messages come from the caller: a key of a megabyte must not travel back and into the log. */
function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}
