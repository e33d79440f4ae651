/** Vectors of pictures that lie in memory, by the backbone that comes with the app: for experiments, which have no project. */
import { availableParallelism } from 'node:os';
import { BackboneWorkerClient, startBackboneWorker } from '../../embedding/backbone-worker-client.ts';
import { BackboneFinder } from '../../embedding/find-backbone.ts';
import { resizeSquare } from '../../media/decode.ts';
import type { EmbedPixels } from '../../reproduce/data/embed-pictures.ts';

export interface PixelEmbedder {
  readonly embed: EmbedPixels;
  close(): Promise<void>;
}

/** `imageSize`: side that pictures of another one are brought to. Nothing is started before the first pictures come. */
export function createPixelEmbedder(backboneFolder: string, backbone: string, imageSize: number): PixelEmbedder {
  let started: Promise<BackboneWorkerClient> | null = null;
  const start = async (): Promise<BackboneWorkerClient> => {
    const { file, cacheKey } = await new BackboneFinder([backboneFolder]).find(backbone);
    const client = new BackboneWorkerClient(startBackboneWorker());
    const threads = availableParallelism();
    await client.load({ file, key: cacheKey, threads, size: imageSize, choice: 'cpu' }, null);
    return client;
  };
  return {
    embed: async (pixels, size) => {
      const client = await (started ??= start());
      const length = size * size * 3;
      const squares = Array.from({ length: pixels.length / length }, (_, at) =>
        resizeSquare(pixels.subarray(at * length, (at + 1) * length), size, imageSize),
      );
      const side = { width: imageSize, height: imageSize };
      const pictures = (await Promise.all(squares)).map((square) => ({ pixels: square, ...side }));
      return await client.embed(pictures, imageSize);
    },
    close: async () => (await started?.catch(() => null))?.close(),
  };
}
