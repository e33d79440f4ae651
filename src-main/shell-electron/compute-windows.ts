/** Hidden windows that compute: Dawn's Node binding cannot run inside Electron, Chromium's own WebGPU can. One per job, gone with it. */
import { BrowserWindow, MessageChannelMain } from 'electron';
import type { MessagePortMain } from 'electron';
import { desktopChannels } from '../contract/desktop-bridge.ts';
import { webPreferences } from './window.ts';
import { pageOrigin } from './window-guards.ts';

const windows = new Map<number, BrowserWindow>();

/** Resolves with the host's end of a port to the window's worker, once the page has loaded. The port closes when the window ends. */
export async function openComputeWindow(id: number): Promise<MessagePortMain> {
  // Hidden windows are slowed down unless told not to be.
  const window = new BrowserWindow({ show: false, webPreferences: { ...webPreferences, backgroundThrottling: false } });
  windows.set(id, window);
  window.on('closed', () => windows.delete(id));
  window.webContents.on('render-process-gone', () => closeComputeWindow(id));
  try {
    await window.loadURL(`${pageOrigin}/compute-window.html`);
  } catch (error) {
    closeComputeWindow(id);
    throw error;
  }
  const { port1, port2 } = new MessageChannelMain();
  window.webContents.postMessage(desktopChannels.computePort, null, [port2]);
  return port1;
}

/** At once, whatever it is doing; does nothing for one that is gone. */
export function closeComputeWindow(id: number): void {
  windows.get(id)?.destroy();
  windows.delete(id);
}

/** When the last window that people see is closed, these must not keep the app alive. */
export function closeComputeWindows(): void {
  for (const id of [...windows.keys()]) closeComputeWindow(id);
}

/** The windows that people see. */
export function visibleWindows(): readonly BrowserWindow[] {
  const hidden = new Set(windows.values());
  return BrowserWindow.getAllWindows().filter((window) => !hidden.has(window));
}
