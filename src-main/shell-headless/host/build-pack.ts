/** Builds an engine pack on the user's machine, where the sources of the app, Python's pip and a C++ compiler are at hand. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { throwIfCancelled, TouchstoneError } from '../../core/errors.ts';
import type { PackVariant } from '../../engines/tensorflow/pack-manifest.ts';
import type { LongCallOptions } from '../../services/ports/long-calls.ts';

const script = path.resolve(import.meta.dirname, '../../../scripts/make-engine-pack.ts');

/** Installed apps have not the sources that it takes. */
export function canBuildPacks(): boolean {
  return existsSync(script);
}

/** Returns the pack's folder below `folder`. Rejects with `wrong-use` in an installed app, `engine-pack-invalid` where it fails. */
export async function buildPack(variant: PackVariant, folder: string, options: LongCallOptions): Promise<string> {
  if (!canBuildPacks())
    throw new TouchstoneError(
      'wrong-use',
      'Only a checkout of the sources can build engine packs. Install one with --from.',
    );
  options.onProgress?.({ stage: 'Building', done: 0, total: null });
  const args = [script, '--out', folder, '--no-archive', ...(variant === 'cuda' ? ['--cuda'] : [])];
  const lastWords = await run(args, options.signal);
  const [name] = readdirSync(folder).filter((entry) => !entry.startsWith('.'));
  if (name !== undefined) return path.join(folder, name);
  throw new TouchstoneError(
    'engine-pack-invalid',
    `The pack could not be built: ${lastWords} It takes Python with pip, a C++ compiler and make.`,
  );
}

/** Resolves with the last line that the script wrote, however it ended. */
function run(args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  throwIfCancelled(signal);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  const listen = (chunk: Buffer): void => void (words = (words + chunk.toString()).slice(-4_000));
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const kill = (): void => void child.kill();
  signal?.addEventListener('abort', kill);
  return new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) reject(new TouchstoneError('cancelled', 'Cancelled.'));
      else
        resolve(
          words
            .trim()
            .split('\n')
            .findLast((line) => line.includes('Error')) ?? 'no reason given.',
        );
    });
  });
}
