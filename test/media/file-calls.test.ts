/** Calls on files come at once where the disk is quick, and hold nothing up where it is not. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  atOnceOrThreaded,
  closeFile,
  openFile,
  readBytes,
  resolveLinks,
  statFile,
} from '../../src-main/media/file-calls.ts';
import { makeFolder, writeFiles } from '../factories/make-image-folder.ts';

const slowMs = 20;

function waitBusily(milliseconds: number): void {
  const untilMs = performance.now() + milliseconds;
  while (performance.now() < untilMs);
}

/** Says which way each call went. */
const ask = atOnceOrThreaded<[number], 'at once' | 'threaded'>(
  (busyMs) => {
    waitBusily(busyMs);
    return 'at once';
  },
  () => Promise.resolve('threaded'),
);

async function untilAtOnce(): Promise<void> {
  while ((await ask(0)) === 'threaded') await setTimeout(1);
}

async function untilThreaded(): Promise<void> {
  while ((await ask(slowMs)) === 'at once');
}

describe('which way a call goes', () => {
  it('at once, and by other threads for a while after a slow one', async () => {
    await untilAtOnce();
    await untilThreaded();
    expect(await ask(0)).toBe('threaded');
    await untilAtOnce();
  });

  it('by other threads while one of them has no answer', async () => {
    await untilAtOnce();
    await setTimeout(slowMs + 5);
    const { promise, resolve } = Promise.withResolvers<string>();
    const asked = atOnceOrThreaded(
      () => 'at once',
      () => promise,
    )();
    expect(await ask(0)).toBe('threaded');
    resolve('threaded');
    expect(await asked).toBe('threaded');
    await untilAtOnce();
  });

  it('gives the event loop its turns', async () => {
    let hasTurned = false;
    setImmediate(() => (hasTurned = true));
    for (let calls = 0; !hasTurned && calls < 1e7; calls += 1) await statOnce();
    expect(hasTurned).toBe(true);
  });

  const statOnce = async (): Promise<void> => void (await resolveLinks('/'));
});

describe('both ways', () => {
  it.each([
    ['at once', untilAtOnce],
    ['by other threads', untilThreaded],
  ])('open, read and close a file %s', async (_way, prepare) => {
    const folder = makeFolder();
    writeFiles(folder, { 'a.txt': 'some text' });
    await prepare();
    const path = await resolveLinks(join(folder, 'a.txt'));
    const file = await openFile(path, 0);
    expect((await statFile(file)).size).toBe(9);
    const bytes = new Uint8Array(6);
    expect(await readBytes(file, bytes, 2, 4, 5)).toBe(4);
    expect(Buffer.from(bytes).toString('latin1')).toBe('\0\0text');
    await closeFile(file);
    await expect(async () => statFile(file)).rejects.toMatchObject({ code: 'EBADF' });
    await expect(async () => openFile(join(folder, 'b.txt'), 0)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('read much by other threads', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'a.bin': Buffer.alloc(100_000, 7) });
    const file = openSync(join(folder, 'a.bin'), 'r');
    await untilAtOnce();
    const bytes = new Uint8Array(100_000);
    const reading = readBytes(file, bytes, 0, bytes.length, 0);
    expect(reading).toBeInstanceOf(Promise);
    expect(await reading).toBe(100_000);
    expect(bytes.every((byte) => byte === 7)).toBe(true);
    closeSync(file);
  });
});
