/** Where the shells get pictures to serve by URL; `create-host.ts` makes the real one. */
import type { ImageRequest } from '../contract/image-address.ts';
import type { Picture } from '../media/thumbnails.ts';

export interface ImageProvider {
  /**
   * Null for a project that is not open and for an unknown sample. Throws `image-unreadable` where the file is gone or cannot be
   * decoded, `folder-not-found` where all of them are, `cancelled` after an abort.
   */
  load(request: ImageRequest, signal: AbortSignal): Promise<Picture | null>;
}
