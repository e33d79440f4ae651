/** Entry of the main process: one instance, safe defaults for every window, then the window and the host behind it. */
import { app, dialog, Menu, net, protocol, session } from 'electron';
import path from 'node:path';
import { createBugLog } from '../shell-headless/host/bug-log.ts';
import { userDataFolder } from '../shell-headless/host/user-data-folder.ts';
import { registerDesktopCalls } from './desktop-calls.ts';
import { HostProcess } from './host-process.ts';
import { closeComputeWindows, visibleWindows } from './compute-windows.ts';
import { handleImages, handlePages, privilegedSchemes } from './local-protocols.ts';
import { createMenu } from './menu.ts';
import { openWindow } from './window.ts';
import { lockDownContents, refusePermissions } from './window-guards.ts';

const dataFolder = userDataFolder();
const reportBug = createBugLog(dataFolder, app.getVersion());

/** Something failed before there is a page that could show it. */
function fail(error: unknown): void {
  const reportId = reportBug(error);
  const reason = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox('Touchstone cannot start', `${reason}\n\nThe log in ${dataFolder} names it under ${reportId}.`);
  app.exit(1);
}

async function showWindow(): Promise<void> {
  const window = await openWindow(dataFolder, reportBug);
  window.on('closed', () => {
    if (visibleWindows().length === 0 && process.platform !== 'darwin') closeComputeWindows();
  });
}

async function start(): Promise<void> {
  await app.whenReady();
  refusePermissions(session.defaultSession);
  Menu.setApplicationMenu(Menu.buildFromTemplate(createMenu(process.platform)));
  const host = new HostProcess({
    script: path.join(import.meta.dirname, 'host.js'),
    userDataFolder: dataFolder,
    reportBug,
  });
  handlePages(protocol, net, path.join(import.meta.dirname, '../renderer'));
  handleImages(protocol, host);
  registerDesktopCalls(host);
  await showWindow();
  app.on('activate', () => {
    if (visibleWindows().length === 0) showWindow().catch(fail);
  });
  app.on('before-quit', (event) => {
    if (host.isClosed) return;
    event.preventDefault();
    void host.close().finally(() => app.quit());
  });
}

app.setPath('userData', dataFolder);
if (app.requestSingleInstanceLock()) {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged(privilegedSchemes);
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents));
  app.on('second-instance', () => {
    const [window] = visibleWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  start().catch(fail);
} else {
  app.quit();
}
