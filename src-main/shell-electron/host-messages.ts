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
  /** A hidden window; its port follows in a ComputePortMessage of the same id. Rejects where the window does not load. */
  openComputeWindow(id: number): Promise<void>;
  closeComputeWindow(id: number): void;
}

/** Sent with a port: the line to a hidden window's worker. */
export interface ComputePortMessage {
  readonly computeWindowId: number;
}

export function isComputePortMessage(message: unknown): message is ComputePortMessage {
  return typeof message === 'object' && message !== null && 'computeWindowId' in message;
}

/** Sent with a port: a page that wants to call. */
export const pagePortMessage = 'page-port';
