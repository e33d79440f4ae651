/** Fetches an engine pack's archive. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fetchedBytes, fetchFile, type RemoteFile, type TransferOptions } from '../../downloads/fetch-file.ts';

/** Returns the path of the whole, verified archive in `folder`, fetching what is not there yet. Rejects as `fetchFile` does. */
export async function downloadPack(
  download: RemoteFile,
  folder: string,
  options: TransferOptions = {},
): Promise<string> {
  const archive = archivePath(download, folder);
  return existsSync(archive) ? archive : fetchFile(download, archive, options);
}

/** Bytes of the archive that are here already, from a download that was stopped. */
export function downloadedBytes(download: RemoteFile, folder: string): number {
  const archive = archivePath(download, folder);
  return existsSync(archive) ? download.sizeBytes : fetchedBytes(download, archive);
}

function archivePath({ sha256 }: RemoteFile, folder: string): string {
  return path.join(folder, `${sha256}.tar.zst`);
}
