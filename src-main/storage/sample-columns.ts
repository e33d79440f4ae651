/** How a sample is read from a row, for every query that returns samples. */
import type { Sample } from '../core/dataset/sample.ts';

/** Columns of `samples AS s`, named as in Sample. */
export const sampleColumns = `s.id, s.path, s.content_hash AS contentHash, s.size_bytes AS sizeBytes,
  s.modified_at_ms AS modifiedAtMs, s.width, s.height, s.given_class_id AS givenClassId, s.presence`;

/** Picks the sample out of a row that has more columns. */
export function toSample(row: Sample): Sample {
  const { id, path, contentHash, sizeBytes, modifiedAtMs, width, height, givenClassId, presence } = row;
  return { id, path, contentHash, sizeBytes, modifiedAtMs, width, height, givenClassId, presence };
}
