/** Where packs are fetched from, and what is known of one before it is. */
import * as v from 'valibot';
import { TouchstoneError } from '../../core/errors.ts';
import { requireSafeAddress, type RemoteFile } from '../../downloads/fetch-file.ts';
import { packName } from '../tensorflow/pack-manifest.ts';
import type { PackVariant } from '../tensorflow/pack-manifest.ts';

/** The release of TensorFlow that this version of the app was tested with. */
export const PACK_VERSION = '2.21.0';

/** Written beside each archive by scripts/make-engine-pack.ts, as `<archive>.json`. */
const sidecarSchema = v.object({
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.hash(['sha256'])),
});

/** File name of a pack's archive for this system. */
export function archiveName(variant: PackVariant): string {
  return `${packName({ version: PACK_VERSION, variant })}-${process.platform}-${process.arch}.tar.zst`;
}

/**
 * Asks the configured address for a pack's size and checksum. Rejects with `engine-pack-invalid` where it does not answer or
 * has none for this system, `download-failed` where it is not encrypted.
 */
export async function describeDownload(base: string, variant: PackVariant, signal?: AbortSignal): Promise<RemoteFile> {
  const address = new URL(archiveName(variant), base.endsWith('/') ? base : `${base}/`).href;
  requireSafeAddress(address);
  const timeout = AbortSignal.timeout(10_000);
  const response = await fetch(`${address}.json`, {
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((cause: unknown) => {
    throw unreachable(
      `${address} cannot be reached (${cause instanceof Error ? cause.message : String(cause)}).`,
      cause,
    );
  });
  if (!response.ok) throw unreachable(`${address}.json answered ${response.status}: no pack for this system.`);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), sidecarSchema), await response.text());
  if (!parsed.success) throw unreachable(`${address}.json does not describe an engine pack.`);
  return { ...parsed.output, address };
}

function unreachable(whatIsWrong: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError(
    'engine-pack-invalid',
    `${whatIsWrong} Check the address, or install from a file with --from.`,
    { cause },
  );
}
