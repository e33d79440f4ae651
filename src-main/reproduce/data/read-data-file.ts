import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { TouchstoneError } from '../../core/errors.ts';

/** The file's bytes, unpacked where it is gzip. Throws `not-found` or `file-system`, naming the file, and `data-invalid` for broken gzip. */
export async function readDataFile(file: string, title: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const isMissing = error.code === 'ENOENT';
    const message = isMissing
      ? `${file} is missing. Put the whole of ${title} into that folder.`
      : `${file}: cannot be read (${error.message}).`;
    throw new TouchstoneError(isMissing ? 'not-found' : 'file-system', message, { details: { file }, cause: error });
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    const message = `${file}: the end is missing or damaged (${(error as Error).message}). Download it again.`;
    throw new TouchstoneError('data-invalid', message, { details: { file }, cause: error });
  }
}
