/** Answers `GET /image/...`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseImagePath } from '../../contract/image-address.ts';
import type { ReportBug } from '../../contract/wire-error.ts';
import { isTouchstoneError } from '../../core/errors.ts';
import type { ImageProvider } from '../image-provider.ts';
import { imageHeaders } from './response-headers.ts';
import { answerText } from './answer-text.ts';

export interface ImageRouteOptions {
  readonly images: ImageProvider;
  readonly reportBug: ReportBug;
}

/** Stops working on a picture whose asker has gone: scrolling fast leaves many behind. */
export async function answerImage(
  { images, reportBug }: ImageRouteOptions,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const wanted = parseImagePath(url.pathname, url.search.slice(1));
  if (!wanted) return answerText(response, 404, 'No such image.');
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  try {
    const picture = await images.load(wanted, abort.signal);
    if (!picture) return answerText(response, 404, 'No such image.');
    const { mimeType, bytes } = picture;
    response.writeHead(200, { ...imageHeaders, 'Content-Type': mimeType, 'Content-Length': bytes.byteLength });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  } catch (error) {
    if (abort.signal.aborted) return;
    if (isTouchstoneError(error)) return answerText(response, 410, error.message);
    answerText(response, 500, `Something went wrong (${reportBug(error)}).`);
  }
}
