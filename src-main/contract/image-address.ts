/**
 * Addresses of pictures. They go by URL and never through calls: `/image/<project>/<sample>?size=256&v=<hash>` for a thumbnail,
 * `/image/<project>/<sample>/full?v=<hash>` for the picture itself. Below `/` in a browser, below `desktopImageOrigin` in
 * Electron. The content hash makes the address change with the file, so that answers may be cached for ever.
 */
import type { SampleId } from '../core/dataset/sample.ts';
import type { ProjectId } from './payloads.ts';

/** Largest side of a thumbnail in pixels, or the picture as it is, turned upright. */
export type ImageSize = 64 | 128 | 256 | 512 | 'full';

export interface ImageRequest {
  readonly projectId: ProjectId;
  readonly sampleId: SampleId;
  readonly size: ImageSize;
}

export const desktopImageScheme = 'touchstone-image';
export const desktopImageOrigin = `${desktopImageScheme}://local`;

const thumbnailSizes = [64, 128, 256, 512] as const;
const defaultSize = 256;

export function imagePath({ projectId, sampleId, size }: ImageRequest, contentHash: string): string {
  const base = `/image/${encodeURIComponent(projectId)}/${sampleId}`;
  const version = `v=${encodeURIComponent(contentHash)}`;
  return size === 'full' ? `${base}/full?${version}` : `${base}?size=${size}&${version}`;
}

/** What a path and its query (without `?`) ask for; null for everything that `imagePath` does not write. */
export function parseImagePath(path: string, query: string): ImageRequest | null {
  const match = /^\/image\/(?<project>[\w.~%-]{1,256})\/(?<sample>[1-9]\d{0,14})(?<full>\/full)?$/.exec(path)?.groups;
  const projectId = decodeSegment(match?.['project'] ?? '');
  const size = match?.['full'] ? 'full' : parseSize(query);
  if (projectId === '' || size === null) return null;
  // The pattern admits what these brands stand for: a handle, and a whole number from 1.
  return { projectId: projectId as ProjectId, sampleId: Number(match?.['sample']) as SampleId, size };
}

function parseSize(query: string): ImageSize | null {
  const text = /(?:^|&)size=([^&]*)/.exec(query)?.[1];
  if (text === undefined) return defaultSize;
  return thumbnailSizes.find((size) => String(size) === text) ?? null;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
