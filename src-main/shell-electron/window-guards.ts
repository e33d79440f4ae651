/** What no window of ours may do, whatever its page asks: leave, open others, embed, use devices. */
import type { Session, WebContents, WebFrameMain } from 'electron';

/** The pages' own origin; see `local-protocols.ts`. */
export const pageScheme = 'touchstone-app';
export const pageOrigin = `${pageScheme}://pages`;

export function lockDownContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Writing to the clipboard ("copy details") is all that is granted. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === 'clipboard-sanitized-write'),
  );
  session.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write');
  session.setDevicePermissionHandler(() => false);
}

/** Messages are heard from the top frame of our own pages only. */
export function isOwnPage(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === pageOrigin;
}
