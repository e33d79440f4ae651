/** A web server on this machine that serves one file, and can break, forget ranges, or send something else. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  /** Without a slash at the end; every path below it gives the file, but for those in `answers`. */
  readonly address: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The `range` headers of the requests for the file, in order. */
  readonly ranges: (string | undefined)[];
  /** Texts by the end of the path. */
  readonly answers: Map<string, string>;
  /** Bytes after which the next answers break the connection; null: they are whole. */
  breakAfter: number | null;
  knowsRanges: boolean;
  /** What is sent; the checksum and size above stay those of the first content. */
  served: Buffer;
  close(): Promise<void>;
}

/** `content`: 300 kB of a pattern unless given. */
export async function startFileServer(content: Buffer = patternOf(300_000)): Promise<FileServer> {
  const server = createServer((request, response) => {
    const answer = [...files.answers].find(([end]) => request.url?.endsWith(end));
    if (answer) {
      response.end(answer[1]);
      return;
    }
    const { range } = request.headers;
    files.ranges.push(range);
    const start = files.knowsRanges && range ? Number(/\d+/.exec(range)?.[0]) : 0;
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': files.served.length - start });
    if (files.breakAfter === null) response.end(files.served.subarray(start));
    else {
      const piece = files.served.subarray(start, start + files.breakAfter);
      response.write(piece, () => setTimeout(() => response.destroy(), 50));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const files: FileServer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`,
    sha256: createHash('sha256').update(content).digest('hex'),
    sizeBytes: content.length,
    ranges: [],
    answers: new Map(),
    breakAfter: null,
    knowsRanges: true,
    served: content,
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return files;
}

function patternOf(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31) % 251));
}
