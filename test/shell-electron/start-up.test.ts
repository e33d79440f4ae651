import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

let home: string;

beforeEach(() => {
  vi.resetModules();
  // Anew for each test: a mocked module outlives a reset.
  vi.doMock('electron', async () => (await import('./fake-electron.ts')).fakeElectron);
  home = mkdtempSync(path.join(tmpdir(), 'touchstone-electron-'));
  vi.stubEnv('TOUCHSTONE_HOME', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

describe('starting', () => {
  it('ends at once where the app runs already', async () => {
    const { fakeElectron, FakeWindow, seen } = await import('./fake-electron.ts');
    fakeElectron.app.hasLock = false;
    await import('../../src-main/shell-electron/main.ts');
    expect(fakeElectron.app.calls).toEqual(['quit']);
    expect(FakeWindow.all).toEqual([]);
    expect(seen.forks).toEqual([]);
  });

  it('that fails is shown to the user, logged, and ends with a failure', async () => {
    const { fakeElectron, FakeWindow, seen } = await import('./fake-electron.ts');
    FakeWindow.loadFailure = new Error('ERR_FILE_NOT_FOUND');
    await import('../../src-main/shell-electron/main.ts');
    await vi.waitFor(() => expect(fakeElectron.app.calls).toContain('exit 1'));
    expect(seen.dialogs.errors[0]).toMatch(/Touchstone cannot start: ERR_FILE_NOT_FOUND[^]*log/);
  });

  it.each([
    ['where it was', { bounds: { x: 5, y: 6, width: 1100, height: 750 }, isMaximized: true }, { x: 5, width: 1100 }],
    [
      'in the usual place when that screen has gone',
      { bounds: { x: 9000, y: 0, width: 1100, height: 750 }, isMaximized: false },
      { width: 1400 },
    ],
    ['in the usual place when the file is damaged', 'not an object', { width: 1400 }],
  ])('opens the window %s', async (_name, state, expected) => {
    writeFileSync(path.join(home, 'window.json'), JSON.stringify(state));
    const { FakeWindow } = await import('./fake-electron.ts');
    await import('../../src-main/shell-electron/main.ts');
    await vi.waitFor(() => expect(FakeWindow.all[0]?.options).toMatchObject(expected));
  });
});
