/** Channels over message ports: the page's end (a DOM MessagePort) and the host's (Electron's MessagePortMain). */
import { createChannel } from './channel.ts';
import type { Channel } from './channel.ts';

/** What is used of a page's MessagePort; this folder does not know the DOM. */
export interface PagePort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/** What is used of Electron's MessagePortMain. */
export interface HostPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export function createPagePortChannel(port: PagePort): Channel {
  const { channel, deliver, end } = createChannel({
    send: (message) => port.postMessage(message),
    shut: () => port.close(),
  });
  port.addEventListener('message', ({ data }) => deliver(data));
  port.addEventListener('close', end);
  port.start();
  return channel;
}

export function createHostPortChannel(port: HostPort): Channel {
  const { channel, deliver, end } = createChannel({
    send: (message) => port.postMessage(message),
    shut: () => port.close(),
  });
  port.on('message', ({ data }) => deliver(data));
  port.on('close', end);
  port.start();
  return channel;
}
