import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadPack } from '../../../../src-main/engines/packs/download-pack.ts';
import { archiveName, describeDownload } from '../../../../src-main/engines/packs/pack-address.ts';
import { makeTemporaryFolder } from '../../../factories/make-project.ts';

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

let server: Server;
let base = '';
let temporary: ReturnType<typeof makeTemporaryFolder>;
let folder = '';
/** What the next answers send: all, or this many bytes before the connection breaks. */
let breakAfter: number | null = null;
let knowsRanges = true;
let served = content;
let ranges: (string | undefined)[] = [];

beforeEach(async () => {
  [breakAfter, knowsRanges, served, ranges] = [null, true, content, []];
  temporary = makeTemporaryFolder();
  folder = temporary.folder;
  server = createServer((request, response) => {
    if (request.url?.endsWith('.json')) {
      response.end(JSON.stringify({ sizeBytes: content.length, sha256 }));
      return;
    }
    const { range } = request.headers;
    ranges.push(range);
    const start = knowsRanges && range ? Number(/\d+/.exec(range)?.[0]) : 0;
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': served.length - start });
    if (breakAfter === null) response.end(served.subarray(start));
    else response.write(served.subarray(start, start + breakAfter), () => setTimeout(() => response.destroy(), 50));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/packs`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  temporary.remove();
});

const describePack = () => describeDownload(base, 'cpu');

describe('downloading an engine pack', () => {
  it('knows the size before it starts, and brings the bytes', async () => {
    const download = await describePack();
    expect(download).toEqual({ address: `${base}/${archiveName('cpu')}`, sizeBytes: content.length, sha256 });
    const seen: number[] = [];
    const file = await downloadPack(download, folder, { onProgress: ({ done }) => seen.push(done) });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(content.length);
  });

  it('goes on where the connection broke', async () => {
    breakAfter = 100_000;
    const download = await describePack();
    await expect(downloadPack(download, folder)).rejects.toThrow('it goes on from there');
    breakAfter = null;
    const file = await downloadPack(download, folder);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=100000-']);
  });

  it('starts again where the server knows no ranges', async () => {
    [breakAfter, knowsRanges] = [100_000, false];
    const download = await describePack();
    await expect(downloadPack(download, folder)).rejects.toMatchObject({ code: 'engine-pack-invalid' });
    breakAfter = null;
    expect(readFileSync(await downloadPack(download, folder)).equals(content)).toBe(true);
  });

  it('keeps nothing of what has the wrong checksum', async () => {
    served = Buffer.from(content.map((byte) => byte ^ 1));
    await expect(downloadPack(await describePack(), folder)).rejects.toThrow(sha256);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not ask again for what is there and whole', async () => {
    const download = await describePack();
    await downloadPack(download, folder);
    await downloadPack(download, folder);
    expect(ranges).toHaveLength(1);
  });

  it('can be cancelled, and keeps what it had', async () => {
    breakAfter = 100_000;
    const abort = new AbortController();
    const options = { signal: abort.signal, onProgress: () => abort.abort() };
    await expect(downloadPack(await describePack(), folder, options)).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(folder)).toBe(true);
  });

  it('refuses addresses that are not encrypted, and says when nobody answers', async () => {
    await expect(describeDownload('http://example.org/packs', 'cpu')).rejects.toThrow('not encrypted');
    server.closeAllConnections();
    server.close();
    await expect(describePack()).rejects.toThrow('cannot be reached');
  });
});
