/** Turns the file system's error codes into errors that a user can act on, and into sentences for problem lists. */
import { TouchstoneError, type ErrorCode } from '../core/errors.ts';

const meanings: Readonly<Record<string, { readonly code: ErrorCode; readonly text: string }>> = {
  ENOENT: { code: 'not-found', text: 'it does not exist' },
  ENOTDIR: { code: 'not-found', text: 'a part of its path is not a folder' },
  EACCES: { code: 'permission-denied', text: 'permission was denied' },
  EPERM: { code: 'permission-denied', text: 'the operation is not permitted' },
  EROFS: { code: 'permission-denied', text: 'the file system is read-only' },
  ENOSPC: { code: 'disk-full', text: 'the disk is full' },
  EDQUOT: { code: 'disk-full', text: 'the disk quota is used up' },
  EFBIG: { code: 'disk-full', text: 'the file would pass the largest size allowed' },
  ENOTEMPTY: { code: 'export-folder-not-empty', text: 'the folder is not empty' },
  EEXIST: { code: 'file-system', text: 'there is already something of that name' },
  ENAMETOOLONG: { code: 'file-system', text: 'the name is too long for the file system' },
  ELOOP: { code: 'file-system', text: 'its links go round in a circle' },
  EMFILE: { code: 'file-system', text: 'too many files are open' },
  EXDEV: { code: 'file-system', text: 'source and target are on different disks' },
  EIO: { code: 'file-system', text: 'the disk reported a read or write error' },
};

/** The system's code (`ENOENT`), or null for errors that do not come from the system. */
export function systemCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  // Node's own errors (ERR_...) and ours (kebab-case) have codes too.
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

/** What went wrong, as the end of a sentence: "permission was denied". */
export function describeSystemError(error: unknown): string {
  const code = systemCode(error);
  if (code !== null) return meanings[code]?.text ?? `the system answered ${code}`;
  return error instanceof Error ? error.message : String(error);
}

/**
 * The TouchstoneError for a failed file operation: `could not <verb> <path>: <why>`. TouchstoneErrors and errors that are not the
 * system's (bugs) come back as they are.
 */
export function toTouchstoneError(error: unknown, verb: string, path: string): unknown {
  const code = systemCode(error);
  if (error instanceof TouchstoneError || code === null) return error;
  const message = `Could not ${verb} ${path}: ${describeSystemError(error)}.${advice(code)}`;
  return new TouchstoneError(meanings[code]?.code ?? 'file-system', message, { details: { path, code }, cause: error });
}

function advice(code: string): string {
  const known = meanings[code]?.code;
  if (known === 'disk-full') return ' Free some space or choose another disk, then try again.';
  if (known === 'permission-denied') return ' Change its permissions or choose another place.';
  return '';
}
