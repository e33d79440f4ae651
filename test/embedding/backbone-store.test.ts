/** Adding, downloading and removing backbones, with a catalogue of one tiny model on a server of this machine. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackboneStore } from '../../src-main/embedding/backbones/backbone-store.ts';
import { catalogue as realCatalogue, type CatalogueEntry } from '../../src-main/embedding/backbones/catalogue.ts';
import type { BackboneManager } from '../../src-main/services/ports/host-ports.ts';
import { startFileServer, type FileServer } from '../factories/file-server.ts';
import { makeOnnxModel } from '../factories/make-onnx-model.ts';
import { makeTemporaryFolder } from '../factories/make-project.ts';

const shippedFolder = path.resolve(import.meta.dirname, '../../resources/backbones');
const shipped = 'mobilenet-v1-1.0-224-features.onnx';

/** Answers the picture's three channels. A long name makes it large enough to be cut in two. */
const model = makeOnnxModel({
  inputs: [{ name: 'x', shape: ['n', 3, 16, 16] }],
  outputs: [{ name: 'y'.repeat(1000), shape: ['n', 3, 16, 16] }],
  nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'.repeat(1000)] }],
});

let temporary: ReturnType<typeof makeTemporaryFolder>;
let folder = '';
let server: FileServer;
let store: BackboneManager;
let entry: CatalogueEntry;

beforeEach(async () => {
  temporary = makeTemporaryFolder();
  folder = path.join(temporary.folder, 'backbones');
  server = await startFileServer(Buffer.from(model));
  const { sizeBytes, sha256 } = server;
  entry = {
    name: 'tiny.onnx',
    file: { address: `${server.address}/tiny.onnx`, sizeBytes, sha256 },
    note: 'For tests.',
    description: { title: 'Tiny', licence: 'MIT', source: 'here', imageSize: 16, mean: [0, 0, 0] },
  };
  store = createBackboneStore({ shippedFolder, folder, catalogue: [entry] });
});
afterEach(async () => {
  await server.close();
  temporary.remove();
});

async function view(name: string) {
  return (await store.list()).backbones.find((candidate) => candidate.name === name);
}

describe('the catalogue', () => {
  it('has a checksum, a size, a permissive licence and an address of one revision for every entry', () => {
    for (const { name, file, description } of realCatalogue) {
      expect(name).toMatch(/^[a-z0-9-]+\.onnx$/);
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(file.sizeBytes).toBeGreaterThan(1e6);
      expect(file.address).toMatch(/^https:\/\/huggingface\.co\/.+\/resolve\/[0-9a-f]{40}\/.+\.onnx$/);
      expect(['Apache-2.0', 'MIT', 'BSD-3-Clause']).toContain(description.licence);
    }
    expect(new Set(realCatalogue.map(({ name }) => name)).size).toBe(realCatalogue.length);
  });
});

describe('the list of backbones', () => {
  it('begins with what is built in and ends with what can be had', async () => {
    const { backbones, providers } = await store.list();
    expect(backbones.map(({ name, isInstalled, origin }) => ({ name, isInstalled, origin }))).toEqual([
      { name: shipped, isInstalled: true, origin: 'built-in' },
      { name: 'tiny.onnx', isInstalled: false, origin: 'catalogue' },
    ]);
    expect(backbones[0]).toMatchObject({ title: 'MobileNet v1', licence: 'Apache-2.0', imageSize: 224 });
    expect(backbones[1]).toMatchObject({ title: 'Tiny', sizeBytes: server.sizeBytes, fetchedBytes: 0 });
    expect(providers.candidates.at(-1)).toBe('cpu');
    expect(existsSync(folder)).toBe(false);
  });

  it('shows a model whose description is wrong, and what is wrong with it', async () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'odd.onnx'), model);
    writeFileSync(path.join(folder, 'odd.json'), '{"mean": 1}');
    expect((await view('odd.onnx'))?.note).toContain('"mean"');
  });
});

describe('downloading a backbone', () => {
  it('brings the model and its description, tried', async () => {
    const stages = new Set<string>();
    const added = await store.download('tiny', { onProgress: ({ stage }) => stages.add(stage) });
    expect([...stages]).toEqual(['Downloading', 'Verifying', 'Trying']);
    expect(added).toMatchObject({ name: 'tiny.onnx', origin: 'catalogue', isInstalled: true, title: 'Tiny' });
    expect(readFileSync(path.join(folder, 'tiny.onnx')).equals(model)).toBe(true);
    expect(await store.imageSize('tiny')).toBe(16);
    await expect(store.download('tiny')).rejects.toMatchObject({ code: 'wrong-use' });
    expect(await store.remove('tiny')).toBe(model.length);
    expect(readdirSync(folder)).toEqual(['.downloads']);
  });

  it('goes on where it was cut off, and says how much is there', async () => {
    server.breakAfter = 1000;
    await expect(store.download('tiny')).rejects.toMatchObject({ code: 'download-failed' });
    expect(await view('tiny.onnx')).toMatchObject({ isInstalled: false, fetchedBytes: 1000 });
    server.breakAfter = null;
    await store.download('tiny');
    expect(server.ranges).toEqual([undefined, 'bytes=1000-']);
  });

  it('forgets a stopped download when told to', async () => {
    server.breakAfter = 1000;
    await expect(store.download('tiny')).rejects.toThrow('broke off');
    expect(await store.remove('tiny')).toBe(1000);
    expect(await view('tiny.onnx')).toMatchObject({ fetchedBytes: 0 });
    await expect(store.remove('tiny')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('installs nothing of the wrong checksum, and nothing that does not run', async () => {
    server.served = Buffer.from(model.map((byte) => byte ^ 1));
    await expect(store.download('tiny')).rejects.toThrow('damaged');
    expect(await view('tiny.onnx')).toMatchObject({ isInstalled: false, fetchedBytes: 0 });
    const wrong = { ...entry, description: { ...entry.description, output: 'nothing' } };
    server.served = Buffer.from(model);
    const misled = createBackboneStore({ shippedFolder, folder, catalogue: [wrong] });
    await expect(misled.download('tiny')).rejects.toMatchObject({ code: 'backbone-invalid' });
    expect(await view('tiny.onnx')).toMatchObject({ isInstalled: false });
  });

  it('takes another place for the files where one is named', async () => {
    const elsewhere = { ...entry, file: { ...entry.file, address: 'https://127.0.0.1:1/tiny.onnx' } };
    const mirror = () => `${server.address}/mirror`;
    await createBackboneStore({ shippedFolder, folder, catalogue: [elsewhere], mirror }).download('tiny');
    expect(server.ranges).toHaveLength(1);
  });

  it('knows nothing beside the catalogue', async () => {
    await expect(store.download('huge')).rejects.toThrow('It has tiny');
    await expect(store.download('../tiny')).rejects.toMatchObject({ code: 'invalid-value' });
  });
});

describe('adding a backbone', () => {
  let file = '';
  beforeEach(() => {
    file = path.join(temporary.folder, 'own.onnx');
    writeFileSync(file, model);
  });

  it('copies it with its description, and writes down the size that only the model says', async () => {
    writeFileSync(path.join(temporary.folder, 'own.json'), '{"title": "My own"}');
    expect(await store.add(file, undefined)).toMatchObject({
      ...{ name: 'own.onnx', title: 'My own', origin: 'added', imageSize: 16, licence: null },
    });
    expect(await store.add(file, 'other name')).toMatchObject({ name: 'other name.onnx' });
    expect(existsSync(file)).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(['other name.json', 'other name.onnx', 'own.json', 'own.onnx']);
  });

  it('refuses what is no model, what is not there, and names that are taken', async () => {
    const text = path.join(temporary.folder, 'text.onnx');
    writeFileSync(text, 'no model');
    const failure: unknown = await store.add(text, undefined).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'backbone-invalid', details: { file: text } });
    expect(String(failure)).toContain(`The backbone ${text} cannot be used`);
    expect(String(failure)).not.toContain('.adding-');
    await expect(store.add(`${file}x`, undefined)).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.add(file, shipped)).rejects.toMatchObject({ code: 'wrong-use' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['../evil', 'a/b', '', '.hidden', 'a'.repeat(200)])('refuses the name %j', async (name) => {
    await expect(store.add(file, name)).rejects.toMatchObject({ code: 'invalid-value' });
  });

  it('never removes what is part of the app', async () => {
    await expect(store.remove(shipped)).rejects.toMatchObject({ code: 'wrong-use' });
    expect(existsSync(path.join(shippedFolder, shipped))).toBe(true);
  });
});
