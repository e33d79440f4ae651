/** The few things that a page asks of the main process: a line to the host, native dialogs, the file manager. Only our own pages are heard. */
import { BrowserWindow, dialog, ipcMain, MessageChannelMain, shell } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent, OpenDialogOptions } from 'electron';
import path from 'node:path';
import { desktopChannels } from '../contract/desktop-bridge.ts';
import { fileKinds, isFileKind } from '../contract/file-kinds.ts';
import type { HostProcess } from './host-process.ts';
import { isOwnPage } from './window-guards.ts';

export function registerDesktopCalls(host: Pick<HostProcess, 'connectPage'>): void {
  ipcMain.on(desktopChannels.requestPort, (event) => {
    if (!isOwnPage(event.senderFrame)) return;
    const { port1, port2 } = new MessageChannelMain();
    host.connectPage(port1);
    event.senderFrame?.postMessage(desktopChannels.port, null, [port2]);
  });
  ipcMain.on(desktopChannels.showInFolder, (event: IpcMainEvent, file: unknown) => {
    if (isOwnPage(event.senderFrame) && typeof file === 'string' && path.isAbsolute(file)) shell.showItemInFolder(file);
  });
  ipcMain.handle(desktopChannels.chooseFolder, (event, title: unknown) =>
    choose(event, { title: String(title), properties: ['openDirectory', 'createDirectory'] }),
  );
  ipcMain.handle(desktopChannels.chooseFile, (event, title: unknown, kind: unknown) => {
    if (!isFileKind(kind)) return null;
    const filters = [{ name: fileKinds[kind].title, extensions: [...fileKinds[kind].endings] }];
    return choose(event, { title: String(title), properties: ['openFile'], filters });
  });
}

async function choose(event: IpcMainInvokeEvent, options: OpenDialogOptions): Promise<string | null> {
  const window = BrowserWindow.fromWebContents(event.sender);
  if (!isOwnPage(event.senderFrame) || !window) return null;
  const { filePaths } = await dialog.showOpenDialog(window, options);
  return filePaths[0] ?? null;
}
