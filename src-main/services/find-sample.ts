/** Finds the sample that a person means by a path. */
import path from 'node:path';
import type { SampleId } from '../core/dataset/sample.ts';
import type { ProjectStores } from './ports/project-files.ts';

/** As the import spelled it, else relative to the imported folder with the host's own separators, `./` or an absolute path. */
export function findSample({ info, samples }: ProjectStores, wanted: string): SampleId | null {
  const exact = samples.byPath(wanted);
  if (exact) return exact.id;
  if (!info.source) return null;
  const relative = path.relative(info.source.folder, path.resolve(info.source.folder, wanted));
  return samples.byPath(relative.split(path.sep).join('/'))?.id ?? null;
}
