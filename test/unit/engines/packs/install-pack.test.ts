import { appendFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installArchive, removePacks } from '../../../../src-main/engines/packs/install-pack.ts';
import { installedPacks } from '../../../../src-main/engines/tensorflow/installed-packs.ts';
import { archivePack, fakePackName, writeFakePack } from '../../../factories/make-engine-pack.ts';
import { makeTemporaryFolder } from '../../../factories/make-project.ts';

const works = { check: () => Promise.resolve() };

let temporary: ReturnType<typeof makeTemporaryFolder>;
let folder = '';
let engines = '';
beforeEach(() => {
  temporary = makeTemporaryFolder();
  folder = temporary.folder;
  engines = path.join(folder, 'engines');
});

afterEach(() => temporary.remove());

function archive(pack: string): Promise<string> {
  return archivePack(pack, path.join(folder, 'pack.tar.zst'));
}

/** Nothing may be left over, whatever went wrong. */
function expectNothingInstalled(): void {
  expect(existsSync(engines) ? readdirSync(engines) : []).toEqual([]);
}

describe('installing an engine pack', () => {
  it('puts a whole pack in place, checked where it lay beside', async () => {
    const seen: string[][] = [];
    const check = (beside: string) => {
      seen.push(readdirSync(beside));
      expect(installedPacks(engines)).toEqual([]);
      return Promise.resolve();
    };
    const installed = await installArchive(await archive(writeFakePack(folder)), engines, { check });
    expect(installed).toBe(path.join(engines, fakePackName));
    expect(seen).toEqual([[fakePackName]]);
    expect(installedPacks(engines)).toEqual([{ folder: installed, variant: 'cpu' }]);
  });

  it('refuses a file whose bytes are not those of the manifest', async () => {
    const pack = writeFakePack(folder);
    appendFileSync(path.join(pack, 'tensorflow/library.so.2'), '!');
    const refusal = installArchive(await archive(pack), engines, works);
    await expect(refusal).rejects.toMatchObject({ code: 'engine-pack-invalid' });
    expectNothingInstalled();
  });

  it('refuses a file that the manifest does not list, and one that is missing', async () => {
    const stranger = writeFakePack(path.join(folder, 'a'));
    writeFileSync(path.join(stranger, 'tensorflow/extra.so'), 'code');
    await expect(installArchive(await archive(stranger), engines, works)).rejects.toThrow('extra.so');
    const lacking = writeFakePack(path.join(folder, 'b'), {
      files: [{ path: 'gone', sizeBytes: 1, sha256: '0'.repeat(64) }],
    });
    await expect(installArchive(await archive(lacking), engines, works)).rejects.toMatchObject({
      code: 'engine-pack-invalid',
    });
    expectNothingInstalled();
  });

  it('never unpacks a link, nor a manifest that names files outside of the pack', async () => {
    const linked = writeFakePack(path.join(folder, 'a'));
    symlinkSync('/etc', path.join(linked, 'etc'));
    await installArchive(await archive(linked), engines, works);
    expect(readdirSync(path.join(engines, fakePackName))).not.toContain('etc');
    removePacks([path.join(engines, fakePackName)], engines);
    const outside = writeFakePack(path.join(folder, 'b'), { binding: '../../evil.node' });
    await expect(installArchive(await archive(outside), engines, works)).rejects.toMatchObject({
      code: 'engine-pack-invalid',
    });
  });

  it('refuses a pack for another system, and what is no archive', async () => {
    const foreign = await archive(writeFakePack(folder, { platform: 'plan9-mips' }));
    await expect(installArchive(foreign, engines, works)).rejects.toThrow('plan9-mips');
    writeFileSync(foreign, 'not an archive');
    await expect(installArchive(foreign, engines, works)).rejects.toThrow('cannot be unpacked');
    expectNothingInstalled();
  });

  it('installs nothing that fails its check', async () => {
    const check = () => Promise.reject(new Error('Wrong results.'));
    await expect(installArchive(await archive(writeFakePack(folder)), engines, { check })).rejects.toThrow(
      'Wrong results.',
    );
    expectNothingInstalled();
  });

  it('can be cancelled', async () => {
    const abort = new AbortController();
    const options = { ...works, signal: abort.signal, onProgress: () => abort.abort() };
    await expect(installArchive(await archive(writeFakePack(folder)), engines, options)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expectNothingInstalled();
  });

  it('replaces a pack that was damaged, and keeps one that is whole', async () => {
    const file = await archive(writeFakePack(folder));
    const installed = await installArchive(file, engines, works);
    const library = path.join(installed, 'tensorflow/library.so.2');
    writeFileSync(library, 'damaged');
    await installArchive(file, engines, works);
    await installArchive(file, engines, works);
    expect(installedPacks(engines)).toHaveLength(1);
    expect(readdirSync(engines).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('survives being killed: the old state stays, and the next installation clears up', async () => {
    const file = await archive(writeFakePack(folder));
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'install-until-killed.ts'), file, engines]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(installedPacks(engines)).toEqual([]);
    expect(readdirSync(engines)).toHaveLength(1);
    await installArchive(file, engines, works);
    expect(readdirSync(engines).filter((name) => name !== 'checks.json')).toEqual([fakePackName]);
  });

  it('leaves the unfinished folder of a living process alone', async () => {
    const others = path.join(engines, `.installing-${process.pid}-abc`);
    mkdirSync(others, { recursive: true });
    await installArchive(await archive(writeFakePack(folder)), engines, works);
    expect(existsSync(others)).toBe(true);
  });
});
