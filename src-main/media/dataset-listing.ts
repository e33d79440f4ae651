/** Lists the candidates of an import with the labels that their folders or a manifest give them. */
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { realpath } from 'node:fs/promises';
import type { Problem } from '../core/dataset/sample.ts';
import type { DatasetListing, ListedFile } from '../services/ports/dataset-reader.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { LabelSource } from '../services/ports/project-files.ts';
import { resolveDatasetFolder, scanFolder, type FolderScan } from './folder-scan.ts';
import { hasImageName } from './image-format.ts';
import { hasLabels, readManifest } from './manifest.ts';
import { ManifestMatching } from './manifest-matching.ts';

interface ManifestFile {
  /** Absolute. */
  readonly file: string;
  readonly kind: 'csv' | 'jsonl';
  /** Folder that its paths are relative to, below the imported folder; '' for that folder itself. */
  readonly base: string;
  /** Relative to the imported folder; null where it lies elsewhere. */
  readonly path: string | null;
}

/**
 * Lists the files below `folder` and their labels, in a fixed order; opens no image.
 *
 * `folders`: the label is the path of the folder that holds the image, `cat` or `animals/cat`. Where the tree holds
 * `metadata.csv` or `metadata.jsonl` with a label column (a Hugging Face image folder), that decides instead. `csv`, `jsonl`: the
 * manifest decides; its paths, and its own where it is relative, count from `folder`.
 *
 * @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `manifest-invalid`, `cancelled`.
 */
export async function listDataset(
  folder: string,
  labels: LabelSource,
  options?: LongCallOptions,
): Promise<DatasetListing> {
  const realFolder = await resolveDatasetFolder(folder);
  const scan = await scanFolder(folder, options);
  if (labels.kind !== 'folders') {
    const manifest = await givenManifest(realFolder, labels.file, labels.kind);
    return listByManifests(realFolder, scan, [manifest], posix.basename(manifest.file));
  }
  const manifests = await huggingFaceManifests(realFolder, scan);
  if (manifests.length === 0) return listByFolders(scan);
  const names = manifests.map(({ path, file }) => path ?? file).join(', ');
  return listByManifests(realFolder, scan, manifests, `${names} (Hugging Face image folder)`);
}

async function givenManifest(realFolder: string, file: string, kind: 'csv' | 'jsonl'): Promise<ManifestFile> {
  const absolute = isAbsolute(file) ? file : join(realFolder, file);
  const real = await realpath(absolute).catch(() => absolute);
  const way = relative(realFolder, real).split(sep).join('/');
  return { file: absolute, kind, base: '', path: way.startsWith('../') || isAbsolute(way) ? null : way };
}

async function huggingFaceManifests(realFolder: string, scan: FolderScan): Promise<readonly ManifestFile[]> {
  const found: ManifestFile[] = [];
  for (const path of scan.files) {
    const kind = /(^|\/)metadata\.(csv|jsonl)$/.exec(path)?.[2];
    if (kind !== 'csv' && kind !== 'jsonl') continue;
    const file = join(realFolder, path);
    if (await hasLabels(file, kind)) found.push({ file, kind, base: folderOf(path), path });
  }
  return found;
}

function listByFolders(scan: FolderScan): DatasetListing {
  const files: ListedFile[] = [];
  const problems: Problem[] = [...scan.problems];
  for (const path of scan.files) {
    const label = folderOf(path);
    if (label !== '') files.push({ path, label });
    else problems.push(problemOfUnlabelled(path, 'It lies in no class folder.'));
  }
  return { files, problems, recognisedAs: describeFolders(files) };
}

function describeFolders(files: readonly ListedFile[]): string {
  const labels = new Set(files.map(({ label }) => label));
  const noun = labels.size === 1 ? 'class folder' : 'class folders';
  const isNested = [...labels].some((label) => label.includes('/'));
  return isNested ? `${labels.size} ${noun}, nested: a label is the whole path` : `${labels.size} ${noun}`;
}

async function listByManifests(
  realFolder: string,
  scan: FolderScan,
  manifests: readonly ManifestFile[],
  recognisedAs: string,
): Promise<DatasetListing> {
  const matching = new ManifestMatching(realFolder, scan);
  for (const manifest of manifests) {
    const name = manifest.path ?? manifest.file;
    for await (const row of readManifest(manifest.file, manifest.kind)) matching.add(row, name, manifest.base);
  }
  const { files, problems, listed } = matching.result();
  const ownPaths = new Set(manifests.map(({ path }) => path));
  const reason = `It is not listed in ${manifests.map(({ file, path }) => path ?? file).join(', ')}.`;
  const unlisted = scan.files
    .filter((path) => !listed.has(path) && !ownPaths.has(path))
    .map((path) => problemOfUnlabelled(path, reason));
  return { files, problems: [...scan.problems, ...problems, ...unlisted], recognisedAs };
}

function problemOfUnlabelled(path: string, why: string): Problem {
  if (hasImageName(path)) return { path, kind: 'no-label', reason: `${why} Nothing says what its label is.` };
  return { path, kind: 'unsupported', reason: `${why} By its name it is not an image either.` };
}

function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '' : path.slice(0, end);
}
