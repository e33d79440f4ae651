/** Runs work that was asked for many times as seldom as gives the same end: at most one at once, and one more after it. */

/** Returns the function that asks for the work. Its promise resolves when a run that began after the call has ended. */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function run(): Promise<void> {
    try {
      await work();
    } finally {
      running = null;
    }
  }

  return () => {
    if (!running) {
      running = run();
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        running = run();
        return running;
      });
    return next;
  };
}
