/** An error as a report names it: its code and what the user read. */
import type { WireError } from '../../src-main/contract/payloads.ts';

export function errorText({ code, message }: Pick<WireError, 'code' | 'message'>): string {
  return `${code}: ${message}`;
}
