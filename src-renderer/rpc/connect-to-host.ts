/** Finds the host: the port that Electron's preload hands over, or the server that this page came from. */
import type { Channel } from '../../src-main/contract/channel.ts';
import { desktopPortMessage, webSocketPath } from '../../src-main/contract/desktop-bridge.ts';
import type { DesktopBridge } from '../../src-main/contract/desktop-bridge.ts';
import { desktopImageOrigin, imagePath } from '../../src-main/contract/image-address.ts';
import { createPagePortChannel } from '../../src-main/contract/port-channel.ts';
import { createSocketChannel } from '../../src-main/contract/socket-channel.ts';
import type { Api } from './api.ts';
import { createHostApi } from './host-api.ts';

declare global {
  interface Window {
    /** Named as `desktopBridgeName` says; there in Electron only. */
    readonly touchstoneDesktop?: DesktopBridge;
  }
}

export function connectToHost(): Api {
  const bridge = window.touchstoneDesktop;
  if (bridge) return createHostApi({ connect: () => connectPort(bridge), imageUrl: imageUrlUnder(desktopImageOrigin) });
  return createHostApi({ connect: connectSocket, imageUrl: imageUrlUnder('') });
}

const thumbnailSize = 256;

function imageUrlUnder(origin: string): Api['imageUrl'] {
  return (projectId, { id, contentHash }, size) => {
    const request = { projectId, sampleId: id, size: size === 'full' ? size : thumbnailSize } as const;
    return `${origin}${imagePath(request, contentHash.slice(0, 16))}`;
  };
}

function connectPort(bridge: DesktopBridge): Promise<Channel> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== desktopPortMessage || !port) return;
      window.removeEventListener('message', listen);
      resolve(createPagePortChannel(port));
    };
    window.addEventListener('message', listen);
    bridge.requestPort();
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
