/**
 * Small pictures as the import has decoded them, so that computing vectors right after it need not decode them again: of a small picture that is most of
 * the work. Kept by content hash, so none can be out of date; each is handed out once.
 */
import type { Picture } from '../core/pictures/enlarge.ts';

const mostBytes = 64 * 1024 * 1024;
/** Pixels of the longer side. Reducing larger ones while they are decoded is cheaper than what could be kept here. */
const largestSide = 128;

export class RecentPictures {
  readonly #pictures = new Map<string, Picture>();
  #bytes = 0;

  /** Does nothing where the picture is large or the memory full. */
  keep(contentHash: string, picture: Picture): void {
    const { length } = picture.pixels;
    const isSmall = Math.max(picture.width, picture.height) < largestSide;
    if (!isSmall || this.#bytes + length > mostBytes || this.#pictures.has(contentHash)) return;
    this.#pictures.set(contentHash, picture);
    this.#bytes += length;
  }

  /** Hands the picture over and forgets it; null where it is not there. */
  take(contentHash: string): Picture | null {
    const picture = this.#pictures.get(contentHash) ?? null;
    if (picture === null) return null;
    this.#pictures.delete(contentHash);
    this.#bytes -= picture.pixels.length;
    return picture;
  }

  clear(): void {
    this.#pictures.clear();
    this.#bytes = 0;
  }
}

/** Those of the last import of this process. */
export const recentPictures = new RecentPictures();
