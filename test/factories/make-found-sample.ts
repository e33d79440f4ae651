/** Samples as an importer finds them, without any files. */
import { createHash } from 'node:crypto';
import type { FoundSample } from '../../src-main/services/ports/sample-store.ts';

/** `path` decides the content unless `contentHash` is given. */
export function makeFoundSample(path: string, changes: Partial<FoundSample> = {}): FoundSample {
  return {
    path,
    contentHash: createHash('sha256').update(path).digest('hex'),
    sizeBytes: 1_000,
    modifiedAtMs: 1_700_000_000_000.5,
    width: 32,
    height: 24,
    givenLabel: path.split('/')[0] ?? 'class',
    ...changes,
  };
}

/** `count` samples that take turns among classes `class-0`, `class-1`, ... */
export function makeFoundSamples(count: number, classCount = 2): FoundSample[] {
  return Array.from({ length: count }, (_, index) => makeFoundSample(`class-${index % classCount}/image-${index}.jpg`));
}
