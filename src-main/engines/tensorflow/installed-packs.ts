/** Which engine packs are installed, and which of them to use. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { PackVariant } from './pack-manifest.ts';
import { variantOfPackName } from './pack-manifest.ts';

export interface InstalledPack {
  readonly folder: string;
  readonly variant: PackVariant;
}

/** Packs in the folder of engines, newest version first. Folders of unfinished installations have other names. */
export function installedPacks(enginesFolder: string): readonly InstalledPack[] {
  const names = existsSync(enginesFolder) ? readdirSync(enginesFolder) : [];
  const byVersion = names.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return byVersion.flatMap((name) => {
    const variant = variantOfPackName(name);
    return variant === null ? [] : [{ folder: path.join(enginesFolder, name), variant }];
  });
}

/** The pack to load: one for CUDA where there is a driver for it, otherwise one for the processor, which is the smaller to load. */
export function bestPack(packs: readonly InstalledPack[], hasCudaDriver = findsCudaDriver()): InstalledPack | null {
  const order: readonly PackVariant[] = hasCudaDriver ? ['cuda', 'cpu'] : ['cpu', 'cuda'];
  for (const variant of order) {
    const pack = packs.find((candidate) => candidate.variant === variant);
    if (pack !== undefined) return pack;
  }
  return null;
}

/** NVIDIA's kernel driver, under Linux and under Windows' Linux. */
function findsCudaDriver(): boolean {
  return process.platform === 'linux' && ['/proc/driver/nvidia/version', '/dev/dxg'].some((file) => existsSync(file));
}
