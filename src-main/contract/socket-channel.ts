/** A channel over a WebSocket, a browser's or one of the package ws: one JSON text frame per message. */
import { createChannel } from './channel.ts';
import type { Channel } from './channel.ts';

/** What is used of a WebSocket; this folder knows neither the DOM nor Node. */
export interface SocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close' | 'error', listener: () => void): void;
}

const closeCodes = { normal: 1000, notJson: 1007 } as const;

/** The socket must be open. A frame that is not JSON text closes it. */
export function createSocketChannel(socket: SocketLike): Channel {
  const { channel, deliver, end } = createChannel({
    send: (message) => socket.send(JSON.stringify(message)),
    shut: () => socket.close(closeCodes.normal),
  });
  socket.addEventListener('message', ({ data }) => {
    const parsed = parseFrame(data);
    if (parsed === notJson) socket.close(closeCodes.notJson, 'Expected JSON text');
    else deliver(parsed);
  });
  socket.addEventListener('close', end);
  // An error is always followed by a close; without a listener it would end a Node process.
  socket.addEventListener('error', () => undefined);
  return channel;
}

const notJson = Symbol('not JSON');

function parseFrame(data: unknown): unknown {
  if (typeof data !== 'string') return notJson;
  try {
    return JSON.parse(data);
  } catch {
    return notJson;
  }
}
