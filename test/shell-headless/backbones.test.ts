/** `touchstone backbones` and `touchstone licences` as their user meets them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFileServer } from '../factories/file-server.ts';
import { makeOnnxModel } from '../factories/make-onnx-model.ts';
import { runCli } from './run-cli.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'touchstone-backbones-'));
});
afterAll(() => rmSync(home, { recursive: true }));

const run = (...args: string[]) => runCli(home, args);

async function json(...args: string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await run(...args, '--json')).stdout) as Record<string, unknown>;
}

describe('touchstone backbones', () => {
  it('adds a model under another name, lists it, and removes it', async () => {
    const shape = ['n', 3, 24, 24];
    const nodes = [{ type: 'Identity', inputs: ['x'], outputs: ['y'] }];
    const file = path.join(home, 'own.onnx');
    writeFileSync(file, makeOnnxModel({ inputs: [{ name: 'x', shape }], outputs: [{ name: 'y', shape }], nodes }));
    expect(await json('backbones', 'add', file, '--name', 'birds')).toMatchObject({
      name: 'birds.onnx',
      imageSize: 24,
    });
    const { stdout } = await run('backbones');
    expect(stdout).toMatch(/birds\s+installed/);
    expect(stdout).toMatch(/dinov2-small\s+to be had\s+89 MB/);
    expect(stdout).toContain('Vectors are computed on');
    expect((await json('backbones', 'remove', 'birds'))['bytesFreed']).toBeGreaterThan(50);
  });

  it('keeps nothing of a file that is not the one of the catalogue', async () => {
    const server = await startFileServer(Buffer.alloc(24_446_700, 'x'));
    try {
      process.env['TOUCHSTONE_BACKBONES'] = server.address;
      const { error } = await json('backbones', 'download', 'dinov2-small-int8');
      expect(error).toMatchObject({ code: 'download-failed', details: { found: server.sha256 } });
    } finally {
      delete process.env['TOUCHSTONE_BACKBONES'];
      await server.close();
    }
    const { backbones } = await json('backbones', 'list');
    expect(backbones).toContainEqual(expect.objectContaining({ name: 'dinov2-small-int8.onnx', fetchedBytes: 0 }));
  });
});

describe('touchstone licences', () => {
  it('lists what ships, and prints the text of one', async () => {
    const { licences } = await json('licences', 'mit');
    expect(licences).toContainEqual(expect.objectContaining({ kind: 'app', name: 'Touchstone', licence: 'MIT' }));
    expect((await run('licences', 'Touchstone', '--text')).stdout).toContain('Permission is hereby granted');
    expect((await run('licences', 'no such thing', '--text')).code).toBe(1);
  });
});
