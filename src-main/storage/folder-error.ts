/** Turns what the file system reports about a project's folder into errors that a user can act on. */
import { TouchstoneError } from '../core/errors.ts';

/** Whether the error is the system's, with one of these codes. */
export function hasSystemCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/** `action` says what could not be done, to which file. Anything but an error of a system call is returned as it is. */
function translateFolderError(error: unknown, action: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const options = { cause: error };
  if (hasSystemCode(error, 'EACCES', 'EPERM', 'EROFS')) {
    return new TouchstoneError(
      'permission-denied',
      `${action}: you may not. Change the permissions or choose another folder.`,
      options,
    );
  }
  if (hasSystemCode(error, 'ENOSPC', 'EDQUOT')) {
    return new TouchstoneError('disk-full', `${action}: the disk is full. Make room and try again.`, options);
  }
  return new TouchstoneError('file-system', `${action}: ${error.message}. Check the folder and try again.`, options);
}

/** Runs `work` and translates what the file system reports. */
export function withTranslatedFolderErrors<T>(action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateFolderError(error, action);
  }
}
