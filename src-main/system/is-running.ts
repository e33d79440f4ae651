/**
 * Whether a process of this machine is alive, by its id. Another user's counts too, and so does a number that another process was given since: whoever asks
 * waits once more rather than take something from under a process that works.
 */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
