/** Puts libraries, binding and licences together, and writes the manifest over them. */
import { cpSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashFile } from '../../src-main/downloads/fetch-file.ts';
import { MANIFEST_NAME } from '../../src-main/engines/tensorflow/pack-manifest.ts';
import type { PackManifest } from '../../src-main/engines/tensorflow/pack-manifest.ts';

export interface PackParts {
  readonly wheelFolder: string;
  readonly libraries: readonly string[];
  readonly binding: string;
  /** Folder of the npm package that the binding's sources are from. */
  readonly bindingPackage: string;
  readonly description: Omit<PackManifest, 'files' | 'binding' | 'format' | 'engine'>;
}

/** Makes the pack in `folder`, which must not exist. Libraries are moved out of the unpacked wheel, not copied: they are large. */
export async function assemblePack(parts: PackParts, folder: string): Promise<PackManifest> {
  const libraryFolder = path.join(folder, 'tensorflow');
  mkdirSync(libraryFolder, { recursive: true });
  for (const library of parts.libraries)
    renameSync(path.join(parts.wheelFolder, library), path.join(libraryFolder, path.basename(library)));
  const nvidia = path.join(parts.wheelFolder, 'nvidia');
  if (parts.description.variant === 'cuda') renameSync(nvidia, path.join(folder, 'nvidia'));
  const binding = 'tensorflow/tfjs_binding.node';
  cpSync(parts.binding, path.join(folder, binding));
  collectLicences(parts, path.join(folder, 'licences'));
  const files = await describeFiles(folder);
  const manifest: PackManifest = { format: 1, engine: 'tensorflow', ...parts.description, binding, files };
  writeFileSync(path.join(folder, MANIFEST_NAME), JSON.stringify(manifest, null, 2));
  return manifest;
}

export const LICENCE_PATTERN =
  /^(tensorflow\/(THIRD_PARTY_NOTICES\.txt|include\/LICENSE)|[^\/]+\.dist-info\/(.*LICEN[SC]E.*|METADATA))$/i;

/** TensorFlow's own and those of what it contains; CUDA's wheels bring theirs in their descriptions. */
function collectLicences({ wheelFolder, bindingPackage }: PackParts, target: string): void {
  mkdirSync(target, { recursive: true });
  cpSync(path.join(wheelFolder, 'tensorflow/include/LICENSE'), path.join(target, 'tensorflow-LICENSE'));
  cpSync(
    path.join(wheelFolder, 'tensorflow/THIRD_PARTY_NOTICES.txt'),
    path.join(target, 'tensorflow-THIRD_PARTY_NOTICES.txt'),
  );
  // The binding's package is under the same licence, and carries it only in the heads of its files.
  cpSync(path.join(bindingPackage, 'binding/tfjs_binding.cc'), path.join(target, 'tfjs-node-gpu-notice.cc'));
  for (const info of readdirSync(wheelFolder).filter((name) => name.endsWith('.dist-info')))
    cpSync(path.join(wheelFolder, info), path.join(target, info), { recursive: true });
}

async function describeFiles(folder: string): Promise<PackManifest['files']> {
  const files: PackManifest['files'] = [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const relative = path.relative(folder, file).replaceAll(path.sep, '/');
    files.push({ path: relative, sizeBytes: statSync(file).size, sha256: await hashFile(file) });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
