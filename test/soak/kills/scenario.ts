/** One kind of work that is killed at random moments, and what must be true after each kill. */

export interface Scenario {
  /** The work is killed between 0 and so many milliseconds after it began. */
  readonly longestMs: number;
  /** Makes what the work starts from, once. */
  prepare(folder: string): Promise<void>;
  /** In a process of its own: works without end, or to its end. Whatever it was told is done it hands to `acknowledge` as one line. */
  work(folder: string, acknowledge: (line: string) => void): Promise<void>;
  /** After each kill, with every line that was acknowledged before it. Throws where something is lost or half done. */
  check(folder: string, acknowledged: readonly string[]): Promise<void>;
  /** After the last kill: the work goes on and ends as if it had never been killed. */
  finish?(folder: string): Promise<void>;
}
