/** A download that goes on where it was interrupted, and that is worth nothing until its checksum is right. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { isTouchstoneError, throwIfCancelled, TouchstoneError } from '../core/errors.ts';

/** What is known of a file before it is fetched. */
export interface RemoteFile {
  readonly address: string;
  readonly sizeBytes: number;
  /** In hexadecimal, lower case. */
  readonly sha256: string;
}

/** How far it is, in bytes. */
export interface TransferProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * Puts the file at `target`, whole and verified, and returns `target`. What an earlier call left behind is continued: it lies
 * beside under a name that holds the checksum. Rejects with `cancelled`, `download-failed` where the connection broke (call
 * again: it goes on from there), the bytes are wrong or the address is not encrypted, and `disk-full`.
 */
export async function fetchFile(file: RemoteFile, target: string, options: TransferOptions = {}): Promise<string> {
  requireSafeAddress(file.address);
  mkdirSync(path.dirname(target), { recursive: true });
  const part = partOf(file, target);
  // A file that is already whole, or too long, cannot be asked for from its end on.
  if (existsSync(part) && statSync(part).size > file.sizeBytes) rmSync(part);
  if (!existsSync(part) || statSync(part).size < file.sizeBytes) await fetchRest(file, part, options);
  await verify(part, file, options);
  renameSync(part, target);
  return target;
}

/** Bytes of the file that earlier calls have brought already. */
export function fetchedBytes(file: RemoteFile, target: string): number {
  const part = partOf(file, target);
  return existsSync(part) ? statSync(part).size : 0;
}

function partOf({ sha256 }: RemoteFile, target: string): string {
  return path.join(path.dirname(target), `.${sha256.slice(0, 16)}-${path.basename(target)}.part`);
}

async function fetchRest(file: RemoteFile, part: string, { signal, onProgress }: TransferOptions): Promise<void> {
  const { address, sizeBytes } = file;
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
        // Nobody may fill the disk by sending for ever.
        next(done > sizeBytes ? new Error('the server sends more than it should') : null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, count, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }), { signal });
    if (done < sizeBytes) throw new Error(`${done} of ${sizeBytes} bytes came`);
  } catch (cause) {
    throwIfCancelled(signal);
    throw brokenOff(file, part, cause);
  }
}

function brokenOff({ address }: RemoteFile, part: string, cause: unknown): TouchstoneError {
  if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')) {
    const message = `There is no room left for ${part}. Free some space and try again: it goes on from there.`;
    return new TouchstoneError('disk-full', message, { details: { file: part }, cause });
  }
  const message = `The download of ${address} broke off (${reasonOf(cause)}). Try again: it goes on from there.`;
  return new TouchstoneError('download-failed', message, { details: { address }, cause });
}

/** `fetch` itself says no more than "fetch failed"; what failed is its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** A wrong file is deleted: nothing of it can be kept. */
async function verify(part: string, { address, sha256 }: RemoteFile, options: TransferOptions): Promise<void> {
  options.onProgress?.({ stage: 'Verifying', done: 0, total: null });
  try {
    const found = await hashFile(part, options.signal);
    if (found === sha256) return;
    rmSync(part);
    const message = `What came from ${address} is damaged: its SHA-256 is ${found}, not ${sha256}. Try again.`;
    throw new TouchstoneError('download-failed', message, { details: { address, found, expected: sha256 } });
  } catch (error) {
    throwIfCancelled(options.signal);
    if (isTouchstoneError(error)) throw error;
    throw new TouchstoneError('file-system', `${part} cannot be read back. Check the disk.`, { cause: error });
  }
}

/** Throws `download-failed` for what is not encrypted: what arrives may be run as native code. This machine itself is exempt. */
export function requireSafeAddress(address: string): void {
  const { protocol, hostname } = URL.parse(address) ?? { protocol: '', hostname: '' };
  if (protocol === 'https:') return;
  if (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return;
  const message = `${address} is not encrypted. Use an address that begins with https.`;
  throw new TouchstoneError('download-failed', message, { details: { address } });
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}
