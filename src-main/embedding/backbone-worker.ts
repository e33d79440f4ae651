/** Entry of the thread that runs a backbone: answers one request after another and holds no logic of its own. */
import { parentPort } from 'node:worker_threads';
import { toSquares, type Picture } from '../core/pictures/enlarge.ts';
import { failureOf, type BackboneReply, type BackboneRequest } from './backbone-messages.ts';
import { loadOnBestProvider } from './choose-provider.ts';
import type { OnnxBackbone } from './onnx-backbone.ts';
import { ProviderRecords } from './provider-records.ts';

let backbone: OnnxBackbone | null = null;
/** The last batch's pixels: used again for the next. */
let squares = new Uint8Array(0);

async function answer(request: BackboneRequest): Promise<BackboneReply> {
  if (request.kind === 'load') {
    const { backbone: loaded, ...rest } = await loadOnBestProvider(
      request.request,
      new ProviderRecords(request.recordsFile),
    );
    await backbone?.release();
    backbone = loaded;
    return { kind: 'loaded', imageSize: loaded.imageSize, ...rest };
  }
  if (backbone === null) throw new Error('A batch came before the backbone was loaded.');
  return { kind: 'embedded', ...(await backbone.embed(asSquares(request.pictures, request.size), request.size)) };
}

function asSquares(pictures: readonly Picture[], size: number): Uint8Array {
  const length = pictures.length * size * size * 3;
  if (squares.length !== length) squares = new Uint8Array(length);
  return toSquares(pictures, size, squares);
}

let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: BackboneRequest) => {
  last = last
    .then(() => answer(request))
    .catch((error: unknown): BackboneReply => ({ kind: 'failed', failure: failureOf(error) }))
    .then((reply) => parentPort?.postMessage(reply));
});
