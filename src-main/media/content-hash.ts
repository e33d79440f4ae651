/** SHA-256 of file contents, without holding up the event loop. */
import { createHash, hash, webcrypto } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Up to this size hashing takes under a millisecond, less than handing the work to another thread and back. */
const inlineBytes = 512 * 1024;

/** SHA-256 in lower-case hexadecimal. */
export async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes.length <= inlineBytes) return hash('sha256', bytes, 'hex');
  const digest = await webcrypto.subtle.digest('SHA-256', bytes);
  return Buffer.from(digest).toString('hex');
}

/** SHA-256 of a file, read piece by piece. */
export async function hashFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) digest.update(chunk);
  return digest.digest('hex');
}
