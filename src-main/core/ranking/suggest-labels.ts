/**
 * Which label to suggest in the place of the given one: the other classes in order, each with its probability if the given label is wrong,
 *
 *     P(k | not g) = m_k / sum over j other than g of m_j
 *
 * where m are the masses that a ranking gives the classes. So label and probability come from the same numbers, and the probability does
 * not vanish where the given label is likely to be right: how likely that is, is another question (`errorProbability`).
 */

/** Less likely than this the best class is no suggestion. Measured (README.md): such suggestions were right in a third of the cases. */
export const leastProbability = 0.4;

/** [N] each; -1 and NaN where there is none: fewer classes, or a sample about which nothing is known. */
export interface Suggestions {
  /** Class index of the most probable other class, and P(k | not g) in [0, 1]. */
  readonly suggested: Int16Array;
  readonly suggestedProbability: Float32Array;
  readonly second: Int16Array;
  readonly secondProbability: Float32Array;
  readonly third: Int16Array;
  readonly thirdProbability: Float32Array;
}

/** Whether a class is likely enough to be suggested. False for NaN. */
export function isReliable(probability: number): boolean {
  return probability >= leastProbability;
}

/**
 * @param givenLabels Class indices, [N].
 * @param masses Writes the masses of one sample's classes, each >= 0 and on any scale, into `into` [K]. The given class's is not read. NaN: nothing is known.
 */
export function suggestLabels(
  givenLabels: Int32Array,
  classCount: number,
  masses: (sample: number, into: Float64Array) => void,
): Suggestions {
  const count = givenLabels.length;
  const places = [emptyPlace(count), emptyPlace(count), emptyPlace(count)] as const;
  const row = new Float64Array(classCount);
  givenLabels.forEach((given, sample) => {
    masses(sample, row);
    row[given] = 0;
    const sum = row.reduce((total, mass) => total + mass, 0);
    if (Number.isNaN(sum)) return;
    row[given] = -1;
    for (const { classes, probabilities } of places) {
      const best = largest(row);
      const mass = row[best] ?? -1;
      if (mass < 0) break;
      classes[sample] = best;
      // Without any mass every other class is as likely.
      probabilities[sample] = sum > 0 ? mass / sum : 1 / (classCount - 1);
      row[best] = -1;
    }
  });
  const [first, second, third] = places;
  return {
    ...{ suggested: first.classes, suggestedProbability: first.probabilities },
    ...{ second: second.classes, secondProbability: second.probabilities },
    ...{ third: third.classes, thirdProbability: third.probabilities },
  };
}

function emptyPlace(count: number) {
  return { classes: new Int16Array(count).fill(-1), probabilities: new Float32Array(count).fill(Number.NaN) };
}

function largest(row: Float64Array): number {
  let best = 0;
  for (let k = 1; k < row.length; k++) if (row[k]! > row[best]!) best = k;
  return best;
}
