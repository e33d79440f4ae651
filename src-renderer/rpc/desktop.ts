/** What Electron offers beside the contract: native dialogs, paths of dropped files. Null in a browser. */
import { desktopBridgeName } from '../../src-main/contract/desktop-bridge.ts';
import type { DesktopBridge } from '../../src-main/contract/desktop-bridge.ts';

declare global {
  interface Window {
    readonly [desktopBridgeName]?: DesktopBridge;
  }
}

export function findDesktop(): DesktopBridge | null {
  return window[desktopBridgeName] ?? null;
}
