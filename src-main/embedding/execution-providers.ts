/** What onnxruntime can compute on here, best first, and why it cannot on the others. Nothing is loaded to find that out. */
import './no-telemetry.ts';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';

/** Best first, as onnxruntime calls them. */
export const providerNames = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
export type ProviderName = (typeof providerNames)[number];

/** `auto`: the best that gives right numbers and is faster than the processor. */
export const providerChoices = ['auto', ...providerNames] as const;
export type ProviderChoice = (typeof providerChoices)[number];

export interface ProviderRefusal {
  readonly name: ProviderName;
  /** In one line: why not, and what would enable it. */
  readonly reason: string;
}

export interface ProviderOffer {
  /** Worth trying, best first; the processor is always the last. */
  readonly candidates: readonly ProviderName[];
  readonly refused: readonly ProviderRefusal[];
}

export interface ProviderSurroundings {
  readonly platform: NodeJS.Platform;
  /** As onnxruntime lists them for this build. */
  readonly supported: readonly string[];
  readonly exists: (file: string) => boolean;
  /** Names in a folder; none where it is not there. */
  readonly list: (folder: string) => readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Trying what is obviously absent would write warnings of native libraries into the user's terminal. */
export function offerProviders(surroundings: ProviderSurroundings = thisMachine()): ProviderOffer {
  const refused: ProviderRefusal[] = [];
  const candidates = providerNames.filter((name) => {
    const reason = reasonAgainst(name, surroundings);
    if (reason !== null) refused.push({ name, reason });
    return reason === null;
  });
  return { candidates, refused };
}

function reasonAgainst(name: ProviderName, surroundings: ProviderSurroundings): string | null {
  const { platform, supported } = surroundings;
  if (name === 'cpu') return null;
  if (name === 'dml' && platform !== 'win32') return 'DirectML is a part of Windows.';
  if (name === 'coreml' && platform !== 'darwin') return 'Core ML is a part of macOS.';
  if (!supported.includes(name)) return `This build of onnxruntime-node has no ${name}.`;
  if (name === 'cuda') return reasonAgainstCuda(surroundings);
  if (name === 'webgpu' && platform === 'linux') return reasonAgainstVulkan(surroundings);
  return null;
}

/** Its libraries are 300 MB and not part of the npm package. */
function reasonAgainstCuda({ exists, platform }: ProviderSurroundings): string | null {
  const library = platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const file = path.join(libraryFolder(), library);
  if (!exists(file))
    return `onnxruntime's CUDA library is not installed. Put ${library} of the same release into ${libraryFolder()}.`;
  if (platform === 'linux' && !['/proc/driver/nvidia/version', '/dev/dxg'].some(exists))
    return 'There is no NVIDIA driver.';
  return null;
}

const vulkanFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const libraryFolders = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/lib', '/usr/lib/x86_64-linux-gnu'];

function reasonAgainstVulkan({ exists, list, environment }: ProviderSurroundings): string | null {
  const named = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'];
  const hasDriver = named
    ? named.split(path.delimiter).some(exists)
    : vulkanFolders.some((folder) => list(folder).some((name) => name.endsWith('.json')));
  if (!hasDriver) return 'No Vulkan driver is installed. That of the graphics card brings one.';
  const folders = [...libraryFolders, `/usr/lib/${machineName()}-linux-gnu`];
  const searched = environment['LD_LIBRARY_PATH']?.split(':') ?? [];
  if (![...folders, ...searched].some((folder) => exists(path.join(folder, 'libvulkan.so.1'))))
    return 'The Vulkan loader is not installed. Install the package libvulkan1 (vulkan-loader).';
  return null;
}

function machineName(): string {
  return process.arch === 'arm64' ? 'aarch64' : 'x86_64';
}

/** Where onnxruntime's own libraries lie, and looks for those of its providers. */
function libraryFolder(): string {
  const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return path.join(path.dirname(packageFile), 'bin', 'napi-v6', process.platform, process.arch);
}

function thisMachine(): ProviderSurroundings {
  return {
    platform: process.platform,
    supported: listSupportedBackends().map(({ name }) => name),
    exists: existsSync,
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
    environment: process.env,
  };
}
