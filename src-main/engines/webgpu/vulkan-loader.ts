/**
 * Whether Linux has the library through which every graphics driver is reached. Dawn looks for it too, but complains on stderr,
 * past the caller, where it is missing.
 */
const LOADER = 'libvulkan.so.1';

/** Opens a shared library by name as the system does, and throws its complaint where it cannot. */
export type OpenLibrary = (name: string) => void;

/** One line: what is missing and what to install; null where it is there, or the system needs none (Windows, macOS). */
export function whyNoVulkan(
  platform: NodeJS.Platform = process.platform,
  open: OpenLibrary = openLibrary,
): string | null {
  if (platform !== 'linux') return null;
  try {
    open(LOADER);
    return null;
  } catch (error) {
    // A library that is no Node package was found all the same.
    if (error instanceof Error && !error.message.includes(`${LOADER}: `)) return null;
    return `No Vulkan (${LOADER}) was found, through which WebGPU reaches a graphics card. Install libvulkan1 (on Fedora vulkan-loader) and the card's driver.`;
  }
}

/** Asks the system's own search (environment, cache, standard folders) and lets the library go again. */
function openLibrary(name: string): void {
  process.dlopen({ exports: {} }, name);
}
