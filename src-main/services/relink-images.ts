/** Finds images that were moved or renamed by what is in them, and tells the project where they are now. Labels and decisions stay. */
import path from 'node:path';
import type { RepairReport } from '../contract/payloads.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { DatasetSource } from './ports/project-files.ts';
import type { KnownImage } from './ports/image-finder.ts';
import type { ServiceContext } from './service-context.ts';
import { yieldToOthers } from './take-turns.ts';

const stretchSamples = 5000;
const examples = 20;

export interface RelinkOptions {
  readonly checkOnly: boolean;
  /** Where the images lie now; where the project knows them unless given. */
  readonly images: string | null;
  /** Sentences for the user are added here. */
  readonly remarks: string[];
}

/** Null where nothing was ever imported, or the folder is not there. */
export async function relinkImages(
  { ports }: Pick<ServiceContext, 'ports'>,
  { stores }: OpenProject,
  { checkOnly, images, remarks }: RelinkOptions,
  { signal, report }: Pick<JobControl, 'signal' | 'report'>,
): Promise<RepairReport['images']> {
  const { source, isReadOnly } = stores.info;
  const folder = images ?? source?.folder ?? null;
  if (folder === null) return null;
  if (!(await ports.folderBrowser.isFolder(folder))) {
    remarks.push(`The folder of the images, ${folder}, is not there. If it was moved, say where it is now.`);
    return null;
  }
  const known = await readKnown(stores);
  const { moved, missing } = await ports.imageFinder.findMoved(folder, known, { signal, onProgress: report });
  const found = known.length - missing.length;
  const changes = !checkOnly && !isReadOnly;
  if (changes && images !== null) remarks.push(changePlace(stores, images, found));
  const relinked = changes
    ? stores.samples.relink(moved.map(({ image, path: to }) => ({ id: image.id, path: to })))
    : 0;
  if (relinked > 0) remarks.push(`${relinked} images were found again under another name or in another place.`);
  if (missing.length > 0)
    remarks.push(`${missing.length} images are missing: put them back, or import again with update to leave them out.`);
  return {
    ...{ folder, known: known.length, relinked, missing: missing.length },
    relinkedExamples: moved.slice(0, examples).map(({ image, path: to }) => ({ from: image.path, to })),
    missingExamples: missing.slice(0, examples).map((image) => image.path),
  };
}

/** A folder that holds none of the images is not their new place. */
function changePlace(stores: OpenProject['stores'], folder: string, found: number): string {
  const { source } = stores.info;
  if (source === null || found === 0)
    return `None of the project's images is in ${folder}; their place was left as it is.`;
  if (folder !== source.folder) stores.setSource(moveSource(source, folder));
  return `The images are now taken from ${folder}.`;
}

async function readKnown({ samples }: OpenProject['stores']): Promise<readonly KnownImage[]> {
  const known: KnownImage[] = [];
  for (let after = 0; ;) {
    const stretch = samples.stretch(after, stretchSamples, 'present');
    for (const { id, path: place, contentHash, sizeBytes } of stretch)
      known.push({ id, path: place, contentHash, sizeBytes });
    if (stretch.length < stretchSamples) return known;
    after = stretch.at(-1)?.id ?? 0;
    await yieldToOthers();
  }
}

/** A manifest that lay in the folder has moved with it. */
function moveSource({ folder: old, labels }: DatasetSource, folder: string): DatasetSource {
  if (labels.kind === 'folders') return { folder, labels };
  const way = path.relative(old, labels.file);
  const isInside = way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
  return { folder, labels: { kind: labels.kind, file: isInside ? path.join(folder, way) : labels.file } };
}
