/** For programs of the developers: wrong arguments are answered with a sentence and exit code 2, as the command line does, not with a stack. */
import { isTouchstoneError } from '../../src-main/core/errors.ts';

export async function explainWrongUse(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isWrongUse(error)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

/** Ours, or of Node's `parseArgs`. */
function isWrongUse(error: unknown): error is Error {
  if (isTouchstoneError(error)) return error.code === 'wrong-use';
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
