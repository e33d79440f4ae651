/** Holds some trusted samples back where a class has enough of them, for an honest accuracy. */
import { createRandom } from '../core/random/random-generator.ts';
import { shuffle } from '../core/random/shuffle.ts';

/** Classes with fewer trusted samples than this keep all of them in training. */
const smallestClassToSplit = 10;
/** One in this many is held out, so that at least eight of a class's trusted samples stay. */
const holdOutEvery = 5;

export interface TrustedSplit {
  /** Trusted samples that v is computed from. */
  readonly used: Uint32Array;
  /** Trusted samples that no step ever sees: the accuracy on them is honest. */
  readonly heldOut: Uint32Array;
}

/**
 * Sets aside a fifth of the trusted samples of every class that has at least ten, for the metric only.
 *
 * A smaller trusted set is worth more as a guide than as a yardstick, so nothing is held out of it. The final ranking
 * uses all of them. Both parts are in ascending order.
 */
export function splitTrusted(trusted: Uint32Array, labels: Int32Array, seed: number): TrustedSplit {
  const random = createRandom(seed);
  const ordered = trusted.toSorted();
  const byClass = Map.groupBy(ordered, (sample) => labels[sample] ?? -1);
  const heldOut = new Set<number>();
  for (const members of [...byClass.entries()].sort(([a], [b]) => a - b).map(([, samples]) => samples)) {
    if (members.length < smallestClassToSplit) continue;
    shuffle(members, random);
    members.slice(0, Math.floor(members.length / holdOutEvery)).forEach((sample) => heldOut.add(sample));
  }
  return {
    used: ordered.filter((sample) => !heldOut.has(sample)),
    heldOut: ordered.filter((sample) => heldOut.has(sample)),
  };
}
