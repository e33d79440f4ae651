import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchedBytes, fetchFile, type RemoteFile } from '../../../src-main/downloads/fetch-file.ts';
import { startFileServer, type FileServer } from '../../factories/file-server.ts';
import { makeTemporaryFolder } from '../../factories/make-project.ts';

let server: FileServer;
let temporary: ReturnType<typeof makeTemporaryFolder>;
let file: RemoteFile;
let target = '';

beforeEach(async () => {
  server = await startFileServer();
  temporary = makeTemporaryFolder();
  target = path.join(temporary.folder, 'below', 'model.bin');
  file = { address: `${server.address}/model.bin`, sizeBytes: server.sizeBytes, sha256: server.sha256 };
});

afterEach(async () => {
  await server.close();
  temporary.remove();
});

/** The file as the server had it, and nothing beside it. */
function expectWhole(content: Buffer): void {
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(readdirSync(path.dirname(target))).toEqual(['model.bin']);
}

describe('fetching a file', () => {
  it('brings the bytes and says how far it is', async () => {
    const seen: string[] = [];
    await fetchFile(file, target, { onProgress: ({ stage, done }) => seen.push(`${stage} ${done}`) });
    expectWhole(server.served);
    expect(seen).toContain(`Downloading ${server.sizeBytes}`);
    expect(seen.at(-1)).toBe('Verifying 0');
  });

  it('goes on where the connection broke, as often as it breaks', async () => {
    server.breakAfter = 100_000;
    await expect(fetchFile(file, target)).rejects.toThrow('it goes on from there');
    expect(fetchedBytes(file, target)).toBe(100_000);
    await expect(fetchFile(file, target)).rejects.toMatchObject({ code: 'download-failed' });
    server.breakAfter = null;
    await fetchFile(file, target);
    expectWhole(server.served);
    expect(server.ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
  });

  it('starts again where the server knows no ranges', async () => {
    [server.breakAfter, server.knowsRanges] = [100_000, false];
    await expect(fetchFile(file, target)).rejects.toMatchObject({ code: 'download-failed' });
    server.breakAfter = null;
    await fetchFile(file, target);
    expectWhole(server.served);
  });

  it('keeps nothing of what has the wrong checksum', async () => {
    server.served = Buffer.from(server.served.map((byte) => byte ^ 1));
    await expect(fetchFile(file, target)).rejects.toThrow(server.sha256);
    expect(readdirSync(path.dirname(target))).toEqual([]);
  });

  it('stops reading from a server that sends more than it should', async () => {
    server.served = Buffer.concat([server.served, Buffer.alloc(5_000_000)]);
    await expect(fetchFile(file, target)).rejects.toThrow('sends more than it should');
    expect(existsSync(target)).toBe(false);
    server.served = server.served.subarray(0, server.sizeBytes);
    await fetchFile(file, target);
    expectWhole(server.served);
  });

  it('says so when a server ends early without breaking the connection', async () => {
    server.served = server.served.subarray(0, 1000);
    await expect(fetchFile(file, target)).rejects.toThrow('1000 of 300000 bytes came');
  });

  it('can be cancelled, and keeps what it had', async () => {
    server.breakAfter = 100_000;
    const abort = new AbortController();
    const options = { signal: abort.signal, onProgress: () => abort.abort() };
    await expect(fetchFile(file, target, options)).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(target)).toBe(false);
  });

  it('leaves what was there until the new file is whole', async () => {
    await fetchFile(file, target);
    writeFileSync(target, 'older');
    server.breakAfter = 10;
    await expect(fetchFile(file, target)).rejects.toMatchObject({ code: 'download-failed' });
    expect(readFileSync(target, 'utf8')).toBe('older');
  });

  it.each(['http://example.org/model.bin', 'ftp://localhost/model.bin', 'file:///etc/passwd', 'nonsense'])(
    'refuses the address %s',
    async (address) => {
      await expect(fetchFile({ ...file, address }, target)).rejects.toThrow('not encrypted');
    },
  );

  it('says when nobody answers, and what a server answers instead', async () => {
    await server.close();
    await expect(fetchFile(file, target)).rejects.toThrow('broke off');
  });
});
