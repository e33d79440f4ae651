/** Electron's security checklist, as far as it can be read off the sources and the packaging; docs/reliability.md names the test of every line. */
import { FuseV1Options } from '@electron/fuses';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readWantedFuses } from '../../resources/packaging/wanted-fuses.ts';
import { desktopHeaders, webHeaders } from '../../src-main/shell-headless/http/response-headers.ts';

vi.mock('electron', async () => (await import('./fake-electron.ts')).fakeElectron);

const root = path.resolve(import.meta.dirname, '../..');

function readSources(folder: string): string {
  const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(ts|svelte|html)$/.test(entry.name));
  return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

describe('windows', () => {
  it('turn nothing on that Chromium has off', async () => {
    const { webPreferences } = await import('../../src-main/shell-electron/window.ts');
    for (const name of [
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'enableBlinkFeatures',
      'plugins',
      'nodeIntegration',
      'webviewTag',
    ]) {
      expect(webPreferences).not.toHaveProperty(name, true);
    }
    expect(webPreferences).toMatchObject({ contextIsolation: true, sandbox: true, webSecurity: true });
    expect(readSources('src-main/shell-electron')).not.toMatch(
      /allowpopups|disable-web-security|ignore-certificate-errors|setCertificateVerifyProc|no-sandbox/i,
    );
  });

  it('load from a scheme of their own, never from file: or http:', () => {
    const sources = readSources('src-main/shell-electron');
    expect(sources).not.toMatch(/loadFile\(|loadURL\(['"`](file|https?):/);
    expect(sources).not.toMatch(/bypassCSP|allowServiceWorkers: true/);
  });

  it('are never sent elsewhere, and nothing is opened outside of the app', () => {
    expect(readSources('src-main/shell-electron')).not.toMatch(/openExternal\(/);
    expect(readSources('src-renderer')).not.toMatch(/window\.open\(|target="_blank"|innerHTML|\{@html/);
  });
});

describe('the preload script', () => {
  it('hands over functions, never ipcRenderer, Node or an event', () => {
    const preload = readFileSync(path.join(root, 'src-main/shell-electron/preload.ts'), 'utf8');
    expect(preload.match(/exposeInMainWorld\(/g)).toHaveLength(1);
    expect(preload).not.toMatch(/exposeInMainWorld\([^)]*(ipcRenderer|process|require)/);
    expect(preload).not.toMatch(/from 'node:|require\(/);
  });
});

const policyOf = (pathname: string): string => desktopHeaders(pathname)['Content-Security-Policy'] ?? '';

describe('the content security policy', () => {
  it.each([
    ['of the window', policyOf('/index.html')],
    ['of the hidden window', policyOf('/compute-window.html')],
    ['of the web server', webHeaders['Content-Security-Policy']],
  ])('%s allows no eval, no inline script, no frame, and nothing from elsewhere', (_, policy) => {
    const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]));
    expect(rules.get('default-src')).toEqual(["'none'"]);
    expect(rules.get('script-src')).toEqual(["'self'"]);
    expect(rules.get('frame-ancestors')).toEqual(["'none'"]);
    expect(rules.get('base-uri')).toEqual(["'none'"]);
    expect(rules.get('form-action')).toEqual(["'none'"]);
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    expect(policy.match(/unsafe-inline/g)).toEqual(['unsafe-inline']);
    expect(rules.get('style-src-attr')).toEqual(["'unsafe-inline'"]);
  });

  it('is the same in both, but for where pictures come from: what holds in Chromium holds in the window', () => {
    const images = / touchstone-image:/;
    expect(policyOf('/index.html').replace(images, '')).toBe(webHeaders['Content-Security-Policy']);
  });

  it('lets the worker of the hidden window, and nothing else, compile WebAssembly and start threads from blobs', () => {
    expect(policyOf('/computing/worker.js').split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' blob: 'wasm-unsafe-eval'",
      'worker-src blob:',
      "connect-src 'self'",
    ]);
    for (const pathname of [
      '/index.html',
      '/compute-window.html',
      '/assets/index.js',
      '/computing',
      '/x/computing/a.js',
    ])
      expect(policyOf(pathname)).not.toMatch(/wasm|(script|worker)-src[^;]*blob/);
  });
});

describe('isolation from other origins', () => {
  it('is what the hidden window and its worker are served with, for the sake of threads', () => {
    for (const pathname of ['/compute-window.html', '/computing/worker.js'])
      expect(desktopHeaders(pathname)).toMatchObject({
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Cross-Origin-Resource-Policy': 'same-origin',
      });
  });
});

describe('fuses', () => {
  it('are all decided, each for the safer side', () => {
    const wanted = readWantedFuses();
    expect(Object.fromEntries(wanted)).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
    const undecided = Object.keys(FuseV1Options).filter(
      (name) => Number.isNaN(Number(name)) && !wanted.has(name as never),
    );
    // Whether WebAssembly traps by signals is a matter of speed.
    expect(undecided.filter((name) => name !== 'WasmTrapHandlers')).toEqual([]);
  });

  it('are read back from the packaged app in CI', () => {
    const workflow = readFileSync(path.join(root, '.github/workflows/ci.yml'), 'utf8');
    expect(workflow).toContain('resources/packaging/check-fuses.ts');
  });
});
