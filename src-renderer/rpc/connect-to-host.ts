/** Finds the host: the port that Electron's preload script hands over, or the server that this page came from. */
import type { Channel } from '../../src-main/contract/channel.ts';
import { desktopPortMessage, webSocketPath } from '../../src-main/contract/desktop-bridge.ts';
import type { DesktopBridge } from '../../src-main/contract/desktop-bridge.ts';
import { desktopImageOrigin, imagePath } from '../../src-main/contract/image-address.ts';
import { createPagePortChannel } from '../../src-main/contract/port-channel.ts';
import { createSocketChannel } from '../../src-main/contract/socket-channel.ts';
import type { Api } from './api.ts';
import { findDesktop } from './desktop.ts';
import { createHostApi } from './host-api.ts';

export function connectToHost(): Api {
  const desktop = findDesktop();
  if (desktop) return createHostApi({ connect: () => connectPort(desktop), imageUrl: imageUrlAt(desktopImageOrigin) });
  return createHostApi({ connect: connectSocket, imageUrl: imageUrlAt('') });
}

function imageUrlAt(origin: string): Api['imageUrl'] {
  return (projectId, { id: sampleId, contentHash }, size) =>
    `${origin}${imagePath({ projectId, sampleId, size }, contentHash)}`;
}

function connectPort(desktop: DesktopBridge): Promise<Channel> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== desktopPortMessage || !port) return;
      window.removeEventListener('message', listen);
      resolve(createPagePortChannel(port));
    };
    window.addEventListener('message', listen);
    desktop.requestPort();
  });
}

function connectSocket(): Promise<Channel> {
  const address = new URL(webSocketPath, location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.addEventListener('open', () => resolve(createSocketChannel(socket)), { once: true });
    socket.addEventListener('error', () => reject(new Error(`No answer from ${address.host}`)), { once: true });
  });
}
