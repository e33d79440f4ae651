/**
 * What a page finds in Electron beside the contract: `window[desktopBridgeName]`, put there by the preload script. In a browser
 * there is none, and the page opens the WebSocket at `/rpc` instead.
 */
import type { FileKind } from './file-kinds.ts';

export const desktopBridgeName = 'touchstoneDesktop';

/** `data` of the window message that brings a port to the host as its only port (see `createPagePortChannel`). */
export const desktopPortMessage = 'touchstone:port';

/** `data` of the window message that brings the hidden window its port to the host. */
export const computePortMessage = 'touchstone:compute-port';

export interface DesktopBridge {
  /** Asks for a line to the host: at the start, and again when the last one closed (the host was started anew). */
  requestPort(): void;
  /** Native dialog; null when the user cancels. */
  chooseFolder(title: string): Promise<string | null>;
  /** Native dialog for a file of one kind; null when the user cancels. */
  chooseFile(title: string, kind: FileKind): Promise<string | null>;
  /** Absolute path of a dropped file or folder; empty for what has none. Takes a DOM File. */
  pathOfFile(file: object): string;
  /** Shows a file or folder in the system's file manager. */
  showInFolder(path: string): void;
}

/** Where a page posts to end every session of the web server. */
export const logOutPath = '/logout';

export const webSocketPath = '/rpc';

/** Names of the messages between preload script and main process. */
export const desktopChannels = {
  requestPort: 'touchstone:request-port',
  port: 'touchstone:port',
  computePort: 'touchstone:compute-port',
  chooseFolder: 'touchstone:choose-folder',
  chooseFile: 'touchstone:choose-file',
  showInFolder: 'touchstone:show-in-folder',
} as const;
