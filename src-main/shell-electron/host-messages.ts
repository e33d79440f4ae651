/** What the main process and the host say to each other beside the pages' calls; birpc matches questions and answers. */
import type { ImageRequest } from '../contract/image-address.ts';
import type { Picture } from '../media/thumbnails.ts';

/** What the host offers. */
export interface HostCalls {
  loadImage(request: ImageRequest): Promise<Picture | null>;
  /** Cancels what runs and closes every project; the process may be ended afterwards. */
  close(): Promise<void>;
}

/** What the main process offers the host. */
export interface MainCalls {
  /** A hidden window; its port follows in a GpuPortMessage of the same id. Rejects where the window does not load. */
  openGpuWindow(id: number): Promise<void>;
  closeGpuWindow(id: number): void;
}

/** Sent with a port: the line to a hidden window's worker. */
export interface GpuPortMessage {
  readonly gpuWindowId: number;
}

export function isGpuPortMessage(message: unknown): message is GpuPortMessage {
  return typeof message === 'object' && message !== null && 'gpuWindowId' in message;
}

/** Sent with a port: a page that wants to call. */
export const pagePortMessage = 'page-port';
