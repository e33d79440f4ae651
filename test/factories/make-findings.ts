/** What a step might have found about a batch: drawn logits and tangents of drawn labels. */
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { measureBatch } from '../../src-main/core/reweight/measure-batch.ts';

export function makeFindings({
  size = 8,
  classCount = 4,
  seed = 1,
  ...given
}: {
  readonly size?: number;
  readonly classCount?: number;
  readonly seed?: number;
  readonly labels?: readonly number[];
  readonly logits?: readonly number[];
  readonly logitTangents?: readonly number[];
} = {}): ReturnType<typeof measureBatch> {
  const random = createRandom(seed);
  const count = given.labels?.length ?? size;
  const draw = (): Float32Array => Float32Array.from({ length: count * classCount }, () => random.normal());
  const labels = Int32Array.from(given.labels ?? Array.from({ length: count }, () => random.integer(classCount)));
  return measureBatch({
    labels,
    classCount,
    logits: given.logits ? Float32Array.from(given.logits) : draw(),
    derivatives: {
      kind: 'tangents',
      logitTangents: given.logitTangents ? Float32Array.from(given.logitTangents) : draw(),
    },
    gradientNorms: new Float32Array(count).fill(1),
  });
}

/** Logits whose softmax is `probabilities`, row by row. */
export function logitsOf(probabilities: readonly (readonly number[])[]): number[] {
  return probabilities.flatMap((row) => row.map(Math.log));
}
