/**
 * WebGPU in Node without a graphics card: SwiftShader out of Debian's Chromium, which also brings the loader that Dawn asks for.
 * Both are found through the environment that a process is started with, so this is called before the tests' processes start.
 */
import { existsSync } from 'node:fs';

const folder = '/usr/lib/chromium';

/** Leaves a machine as it is that names drivers itself, or has no such Chromium. */
export function offerSoftwareGpu(): void {
  const driver = `${folder}/vk_swiftshader_icd.json`;
  if (process.env['VK_ICD_FILENAMES'] !== undefined || !existsSync(driver)) return;
  process.env['VK_ICD_FILENAMES'] = driver;
  process.env['LD_LIBRARY_PATH'] = [process.env['LD_LIBRARY_PATH'], folder].filter(Boolean).join(':');
}
