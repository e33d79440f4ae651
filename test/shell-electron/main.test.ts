import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fakeElectron, FakeWindow, seen } from './fake-electron.ts';

vi.mock('electron', async () => (await import('./fake-electron.ts')).fakeElectron);

const home = mkdtempSync(path.join(tmpdir(), 'touchstone-electron-'));
const ownFrame = { parent: null, origin: 'touchstone-app://pages', postMessage: vi.fn() };
const { app, ipcMain } = fakeElectron;

function firstWindow(): FakeWindow {
  const [window] = FakeWindow.all;
  if (!window) throw new Error('No window was opened');
  return window;
}

beforeAll(async () => {
  vi.stubEnv('TOUCHSTONE_HOME', home);
  await import('../../src-main/shell-electron/main.ts');
  await vi.waitFor(() => expect(firstWindow().calls).toContain('show'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

describe('the window', () => {
  it('is isolated, sandboxed and without Node', () => {
    expect(firstWindow().options['webPreferences']).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(app.calls).toContain('enableSandbox');
  });

  it('shows our pages, once they are drawn, and is never too small for them', () => {
    expect(firstWindow().options).toMatchObject({ show: false, minWidth: 1024, minHeight: 700 });
    expect(firstWindow().calls).toEqual(['load touchstone-app://pages/index.html', 'show']);
  });

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])('refuses %s', (name) => {
    const event = { preventDefault: vi.fn() };
    firstWindow().webContents.emit(name, event, 'https://attacker.example');
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });

  it('opens no other window', () => {
    expect(firstWindow().webContents.windowOpenHandler?.({ url: 'https://attacker.example' })).toEqual({
      action: 'deny',
    });
  });

  it('remembers where it was', () => {
    firstWindow().emit('close');
    expect(JSON.parse(readFileSync(path.join(home, 'window.json'), 'utf8'))).toEqual({
      bounds: firstWindow().bounds,
      isMaximized: true,
    });
  });

  it('comes back after a crash of its page, which is logged, but not for ever', () => {
    const loads = (): number => firstWindow().calls.filter((call) => call.startsWith('load')).length;
    const before = loads();
    const crash = (reason: string): unknown =>
      firstWindow().webContents.emit('render-process-gone', {}, { reason, exitCode: 9 });
    crash('clean-exit');
    expect(loads()).toBe(before);
    crash('crashed');
    crash('oom');
    expect(loads()).toBe(before + 2);
    for (let more = 0; more < 5; more += 1) crash('crashed');
    expect(loads()).toBe(before + 3);
    expect(readFileSync(path.join(home, 'logs/touchstone.log'), 'utf8')).toMatch(/The window's page ended: oom \(9\)/);
  });

  it('comes to the front when the app is started again', () => {
    app.emit('second-instance');
    expect(firstWindow().calls.slice(-2)).toEqual(['restore', 'focus']);
  });
});

describe('permissions', () => {
  it.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fileSystem', 'hid'])(
    '%s is refused',
    (permission) => {
      const answer = vi.fn();
      seen.sessionHandlers['request']?.({}, permission, answer);
      expect(answer).toHaveBeenCalledWith(false);
      expect(seen.sessionHandlers['check']?.({}, permission)).toBe(false);
      expect(seen.sessionHandlers['device']?.({})).toBe(false);
    },
  );
});

describe('messages of pages', () => {
  const strangers = [
    ['another origin', { ...ownFrame, origin: 'https://attacker.example' }],
    ['a frame inside a page', { ...ownFrame, parent: {} }],
    ['a frame that has gone', null],
  ] as const;

  it('get a line to the host', () => {
    ipcMain.emit('touchstone:request-port', { senderFrame: ownFrame });
    expect(seen.forks[0]?.sent.at(-1)).toEqual({ message: 'page-port', ports: [{ end: 'host' }] });
    expect(ownFrame.postMessage).toHaveBeenCalledWith('touchstone:port', null, [{ end: 'page' }]);
  });

  it.each(strangers)('from %s get nothing', async (_name, senderFrame) => {
    const before = seen.forks[0]?.sent.length;
    ipcMain.emit('touchstone:request-port', { senderFrame });
    ipcMain.emit('touchstone:show-in-folder', { senderFrame }, '/etc');
    expect(seen.forks[0]?.sent.length).toBe(before);
    expect(seen.shown).toEqual([]);
    seen.dialogs.openAnswer = ['/chosen'];
    const event = { senderFrame, sender: firstWindow().webContents };
    expect(await ipcMain.invoke('touchstone:choose-folder', event, 'Title')).toBeNull();
  });

  it('open native dialogs', async () => {
    const event = { senderFrame: ownFrame, sender: firstWindow().webContents };
    seen.dialogs.openAnswer = ['/chosen'];
    expect(await ipcMain.invoke('touchstone:choose-folder', event, 'Title')).toBe('/chosen');
    seen.dialogs.openAnswer = [];
    expect(await ipcMain.invoke('touchstone:choose-file', event, 'Title', 'model')).toBeNull();
    seen.dialogs.openAnswer = ['/chosen.onnx'];
    expect(await ipcMain.invoke('touchstone:choose-file', event, 'Title', 'model')).toBe('/chosen.onnx');
    expect(await ipcMain.invoke('touchstone:choose-file', event, 'Title', 'anything')).toBeNull();
  });

  it('show absolute paths in the file manager, and nothing else', () => {
    for (const file of ['relative', '', 5, null])
      ipcMain.emit('touchstone:show-in-folder', { senderFrame: ownFrame }, file);
    ipcMain.emit('touchstone:show-in-folder', { senderFrame: ownFrame }, path.resolve('/exports'));
    expect(seen.shown).toEqual([path.resolve('/exports')]);
  });
});

describe('pages and pictures', () => {
  const load = (url: string): Promise<Response> | undefined =>
    seen.protocolHandlers.get(new URL(url).protocol.slice(0, -1))?.({ url });

  it('come with a strict content security policy', async () => {
    const page = await load('touchstone-app://pages/index.html');
    expect(page?.status).toBe(200);
    expect(page?.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'.*img-src[^;]*touchstone-image:/);
    expect(page?.headers.get('Content-Security-Policy')).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(page?.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  it('isolate what the hidden window loads, for the sake of its threads, and no other page', async () => {
    const isolation = async (page: string) =>
      (await load(`touchstone-app://pages/${page}`))?.headers.get('Cross-Origin-Embedder-Policy') ?? null;
    expect(await isolation('compute-window.html')).toBe('require-corp');
    expect(await isolation('computing/worker.js')).toBe('require-corp');
    expect(await isolation('index.html')).toBeNull();
  });

  it.each([
    'touchstone-app://pages/../../package.json',
    'touchstone-app://pages/%2e%2e/%2e%2e/package.json',
    'touchstone-app://pages/..%2f..%2fpackage.json',
    'touchstone-app://pages/..%5c..%5cpackage.json',
    'touchstone-app://pages/%00',
    'touchstone-app://pages/%zz',
    'touchstone-app://pages/',
    'touchstone-app://other/index.html',
  ])('%s leads nowhere outside of the pages', async (url) => {
    const answer = await load(url);
    const body = (await answer?.text()) ?? '';
    // The URL parser itself resolves plain dots; what is left must stay below the pages.
    if (answer?.status === 200) expect(body).toMatch(/\/renderer\/package\.json$/);
    else expect(answer?.status).toBe(404);
  });

  it('are asked of the host by id', async () => {
    seen.forks[0]?.answer('loadImage', { bytes: Uint8Array.from([1, 2]), mimeType: 'image/jpeg' });
    const answer = await load('touchstone-image://local/image/p/7?size=128&v=abc');
    expect(seen.forks[0]?.sent.at(-1)?.message).toMatchObject({
      m: 'loadImage',
      a: [{ projectId: 'p', sampleId: 7, size: 128 }],
    });
    expect(answer?.headers.get('Content-Type')).toBe('image/jpeg');
    expect(new Uint8Array((await answer?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(Uint8Array.from([1, 2]));
  });

  it.each([
    'touchstone-image://local/etc/passwd',
    'touchstone-image://local/image/p/0',
    'touchstone-image://local/image/p/..%2f1',
  ])('%s is no picture and never reaches the host', async (url) => {
    const before = seen.forks[0]?.sent.length;
    expect((await load(url))?.status).toBe(404);
    expect(seen.forks[0]?.sent.length).toBe(before);
  });
});

describe('a hidden window that computes', () => {
  /** The host's call, as birpc sends it. */
  const call = (m: string, id: number): void =>
    void seen.forks.at(-1)?.emit('message', { t: 'q', m, a: [id], i: `window-${m}-${id}` });
  const hidden = () => FakeWindow.all.find(({ calls }) => calls.some((name) => name.includes('compute-window.html')));
  const open = async (id: number): Promise<FakeWindow> => {
    call('openComputeWindow', id);
    await vi.waitFor(() => expect(hidden()?.webContents.posted.length).toBe(1));
    return hidden()!;
  };

  it('is opened for the host, never shown, not slowed down, and gets a port whose other end goes to the host', async () => {
    const window = await open(1);
    expect(window.options).toMatchObject({
      show: false,
      webPreferences: { sandbox: true, nodeIntegration: false, contextIsolation: true, backgroundThrottling: false },
    });
    expect(window.calls).toEqual(['load touchstone-app://pages/compute-window.html']);
    expect(window.webContents.posted).toEqual([['touchstone:compute-port', null, [{ end: 'page' }]]]);
    expect(seen.forks.at(-1)?.sent).toContainEqual({ message: { computeWindowId: 1 }, ports: [{ end: 'host' }] });
    // Starting the app again shows the window that people know, not this one.
    app.emit('second-instance');
    expect(firstWindow().calls.at(-1)).toBe('focus');
    call('closeComputeWindow', 1);
    await vi.waitFor(() => expect(window.calls).toContain('destroy'));
  });

  it('is closed when its renderer dies, and with the last window that people see', async () => {
    const dying = await open(2);
    dying.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(dying.calls).toContain('destroy');
    const orphan = await open(3);
    const [main] = FakeWindow.all;
    FakeWindow.all = [orphan];
    main?.emit('closed');
    expect(orphan.calls).toContain('destroy');
    FakeWindow.all = [main!];
  });

  it('that cannot be loaded is an answer to the host, and leaves no window', async () => {
    FakeWindow.loadFailure = new Error('no such page');
    call('openComputeWindow', 4);
    await vi.waitFor(() =>
      expect(seen.forks.at(-1)?.sent.at(-1)?.message).toMatchObject({
        t: 's',
        i: 'window-openComputeWindow-4',
        e: expect.anything() as unknown,
      }),
    );
    FakeWindow.loadFailure = null;
    expect(FakeWindow.all).toHaveLength(1);
  });
});

describe('the host', () => {
  it('is started again after a crash, and given up with a word to the user when it keeps crashing', () => {
    expect(seen.forks.length).toBe(1);
    seen.forks[0]?.emit('exit', 1);
    seen.forks[1]?.emit('exit', 1);
    expect(seen.forks.length).toBe(3);
    expect(seen.dialogs.errors).toEqual([]);
    ipcMain.emit('touchstone:request-port', { senderFrame: ownFrame });
    expect(seen.forks[2]?.sent.length).toBe(1);
    seen.forks[2]?.emit('exit', 1);
    expect(seen.forks.length).toBe(3);
    expect(seen.dialogs.errors[0]).toContain('Every decision is kept');
    const log = readFileSync(path.join(home, 'logs', 'touchstone.log'), 'utf8')
      .trim()
      .split('\n');
    expect(log.filter((line) => line.includes('The host ended')).length).toBe(3);
  });
});

describe('quitting', () => {
  it('waits until the host has closed its projects', async () => {
    const host = seen.forks.at(-1);
    host?.answer('close', undefined);
    const event = { preventDefault: vi.fn() };
    app.emit('before-quit', event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(app.calls).toContain('quit'));
    expect(host?.isKilled).toBe(true);
    const again = { preventDefault: vi.fn() };
    app.emit('before-quit', again);
    expect(again.preventDefault).not.toHaveBeenCalled();
  });
});
