import { describe, expect, it, vi } from 'vitest';
import { EventEmitter } from 'node:events';

const exposed = new Map<string, unknown>();
const sent: unknown[][] = [];
const ipcRenderer = Object.assign(new EventEmitter(), {
  send: (...args: unknown[]) => void sent.push(args),
  invoke: async (channel: string) => (channel.endsWith('folder') ? '/chosen' : { not: 'a path' }),
});

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => void exposed.set(name, value) },
  ipcRenderer,
  webUtils: { getPathForFile: () => '/dropped' },
}));

describe('the preload script', () => {
  it('exposes the bridge and nothing else, with no way to name a channel', async () => {
    const posted: unknown[][] = [];
    vi.stubGlobal('window', {
      location: { origin: 'touchstone-app://pages' },
      postMessage: (...args: unknown[]) => void posted.push(args),
    });
    await import('../../src-main/shell-electron/preload.ts');
    expect([...exposed.keys()]).toEqual(['touchstoneDesktop']);
    const bridge = exposed.get('touchstoneDesktop') as Record<string, (argument?: unknown) => unknown>;
    expect(Object.keys(bridge).sort()).toEqual([
      'chooseFile',
      'chooseFolder',
      'pathOfFile',
      'requestPort',
      'showInFolder',
    ]);
    bridge['requestPort']?.();
    bridge['showInFolder']?.('/exports');
    expect(sent).toEqual([['touchstone:request-port'], ['touchstone:show-in-folder', '/exports']]);
    expect(await bridge['chooseFolder']?.('Title')).toBe('/chosen');
    expect(await bridge['chooseFile']?.('Title')).toBeNull();
    expect(bridge['pathOfFile']?.({})).toBe('/dropped');

    const port = { name: 'port' };
    ipcRenderer.emit('touchstone:port', { ports: [port] });
    expect(posted).toEqual([['touchstone:port', 'touchstone-app://pages', [port]]]);
    ipcRenderer.emit('touchstone:compute-port', { ports: [port] });
    expect(posted.at(-1)).toEqual(['touchstone:compute-port', 'touchstone-app://pages', [port]]);
    vi.unstubAllGlobals();
  });
});
