/** A download that goes on where it was interrupted, and that is worth nothing until its checksum is right. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { isTouchstoneError, throwIfCancelled, TouchstoneError } from '../../core/errors.ts';
import type { PackDownload } from './pack-address.ts';

/** How far it is, in bytes. */
export interface PackProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

export interface PackOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PackProgress) => void) | undefined;
}

/**
 * Returns the path of the whole, verified archive in `folder`. What an earlier call left behind under the same checksum is
 * continued. Rejects with `cancelled`, or `engine-pack-invalid` where the connection broke (call again) or the bytes are wrong.
 */
export async function downloadPack(download: PackDownload, folder: string, options: PackOptions = {}): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const archive = path.join(folder, `${download.sha256}.tar.zst`);
  if (existsSync(archive)) return archive;
  const part = `${archive}.part`;
  // A file that is already whole, or too long, cannot be asked for from its end on.
  if (existsSync(part) && statSync(part).size > download.sizeBytes) rmSync(part);
  if (!existsSync(part) || statSync(part).size < download.sizeBytes) await fetchRest(download, part, options);
  await verifyArchive(part, download.sha256, options.signal);
  renameSync(part, archive);
  return archive;
}

async function fetchRest(
  { address, sizeBytes }: PackDownload,
  part: string,
  { signal, onProgress }: PackOptions,
): Promise<void> {
  const from = existsSync(part) ? statSync(part).size : 0;
  try {
    const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
    const response = await fetch(address, { headers, signal: signal ?? null });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    // A server that knows no ranges sends everything again.
    const start = response.status === 206 ? from : 0;
    let done = start;
    const count = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        done += chunk.length;
        onProgress?.({ stage: 'Downloading', done, total: sizeBytes });
        next(null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, count, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }), { signal });
  } catch (cause) {
    throwIfCancelled(signal);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TouchstoneError(
      'engine-pack-invalid',
      `The download of ${address} broke off (${reason}). Install again: it goes on from there.`,
      { cause },
    );
  }
}

/** A wrong archive is deleted: nothing of it can be kept. */
async function verifyArchive(file: string, sha256: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    const found = await hashFile(file, signal);
    if (found === sha256) return;
    rmSync(file);
    throw new TouchstoneError(
      'engine-pack-invalid',
      `What was downloaded is damaged: its SHA-256 is ${found}, not ${sha256}. Install again.`,
    );
  } catch (error) {
    throwIfCancelled(signal);
    if (isTouchstoneError(error)) throw error;
    throw new TouchstoneError('file-system', `${file} cannot be read back. Check the disk.`, { cause: error });
  }
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}
