import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadedBytes, downloadPack } from '../../../../src-main/engines/packs/download-pack.ts';
import { archiveName, describeDownload } from '../../../../src-main/engines/packs/pack-address.ts';
import { startFileServer, type FileServer } from '../../../factories/file-server.ts';
import { makeTemporaryFolder } from '../../../factories/make-project.ts';

let server: FileServer;
let temporary: ReturnType<typeof makeTemporaryFolder>;
let folder = '';

beforeEach(async () => {
  server = await startFileServer();
  server.answers.set('.json', JSON.stringify({ sizeBytes: server.sizeBytes, sha256: server.sha256 }));
  temporary = makeTemporaryFolder();
  folder = temporary.folder;
});

afterEach(async () => {
  await server.close();
  temporary.remove();
});

const describePack = () => describeDownload(server.address, 'cpu');

describe('downloading an engine pack', () => {
  it('knows the size before it starts, and what is here of it', async () => {
    const { sizeBytes, sha256 } = server;
    const download = await describePack();
    expect(download).toEqual({ address: `${server.address}/${archiveName('cpu')}`, sizeBytes, sha256 });
    expect(downloadedBytes(download, folder)).toBe(0);
    server.breakAfter = 100_000;
    await expect(downloadPack(download, folder)).rejects.toMatchObject({ code: 'download-failed' });
    expect(downloadedBytes(download, folder)).toBe(100_000);
    server.breakAfter = null;
    expect(readFileSync(await downloadPack(download, folder)).equals(server.served)).toBe(true);
    expect(downloadedBytes(download, folder)).toBe(sizeBytes);
  });

  it('does not ask again for what is there and whole', async () => {
    const download = await describePack();
    await downloadPack(download, folder);
    await downloadPack(download, folder);
    expect(server.ranges).toHaveLength(1);
  });

  it('refuses addresses that are not encrypted, and says when nobody answers or there is no pack', async () => {
    await expect(describeDownload('http://example.org/packs', 'cpu')).rejects.toThrow('not encrypted');
    server.answers.set('.json', '{"sizeBytes": 0}');
    await expect(describePack()).rejects.toThrow('does not describe an engine pack');
    await server.close();
    await expect(describePack()).rejects.toThrow('cannot be reached');
  });
});
