/** Runs before the page, in a world of its own: offers `DesktopBridge`, and passes on the port to the host. Nothing else crosses. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  desktopBridgeName,
  desktopChannels,
  desktopPortMessage,
  computePortMessage,
} from '../contract/desktop-bridge.ts';
import type { DesktopBridge } from '../contract/desktop-bridge.ts';

type PathOfFile = typeof webUtils.getPathForFile;

/** The page's window; this folder is compiled without the DOM's types. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, ports: readonly unknown[]): void;
};

const bridge: DesktopBridge = {
  requestPort: () => ipcRenderer.send(desktopChannels.requestPort),
  chooseFolder: async (title) => textOrNull(await ipcRenderer.invoke(desktopChannels.chooseFolder, title)),
  chooseFile: async (title, kind) => textOrNull(await ipcRenderer.invoke(desktopChannels.chooseFile, title, kind)),
  pathOfFile: (file) => webUtils.getPathForFile(file as Parameters<PathOfFile>[0]),
  showInFolder: (path) => ipcRenderer.send(desktopChannels.showInFolder, path),
};

function textOrNull(answer: unknown): string | null {
  return typeof answer === 'string' ? answer : null;
}

contextBridge.exposeInMainWorld(desktopBridgeName, bridge);
ipcRenderer.on(desktopChannels.port, ({ ports }) =>
  window.postMessage(desktopPortMessage, window.location.origin, ports),
);
ipcRenderer.on(desktopChannels.computePort, ({ ports }) =>
  window.postMessage(computePortMessage, window.location.origin, ports),
);
