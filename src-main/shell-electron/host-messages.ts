/** What the main process and the host say to each other beside the pages' calls; birpc matches questions and answers. */
import type { ImageRequest } from '../contract/image-address.ts';
import type { Picture } from '../media/thumbnails.ts';

/** What the host offers. */
export interface HostCalls {
  loadImage(request: ImageRequest): Promise<Picture | null>;
  /** Cancels what runs and closes every project; the process may be ended afterwards. */
  close(): Promise<void>;
}

/** Sent with a port: a page that wants to call. */
export const pagePortMessage = 'page-port';
