/** Signing out of a served app: every browser that is in is out, and the address that was printed lets nobody in any more. */
import { logOutPath } from '../../src-main/contract/desktop-bridge.ts';
import { findDesktop } from './desktop.ts';

/** False in the app's own window, which has no session. */
export function canSignOut(): boolean {
  return findDesktop() === null && location.protocol.startsWith('http');
}

/** Leaves the page: what is shown then is the server's word that a session is needed. */
export async function signOut(): Promise<void> {
  await fetch(logOutPath, { method: 'POST' }).catch(() => undefined);
  location.reload();
}
