/** Where the shells get pictures to serve by URL; `create-host.ts` makes the real one. */
import type { ImageRequest } from '../contract/image-address.ts';

export interface Picture {
  /** Of a type that browsers draw. */
  readonly contentType: 'image/webp' | 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ImageProvider {
  /**
   * Null for a project that is not open and for an unknown sample. Throws `image-unreadable` where the file is gone or cannot be
   * decoded, `cancelled` after an abort.
   */
  load(request: ImageRequest, signal: AbortSignal): Promise<Picture | null>;
}
