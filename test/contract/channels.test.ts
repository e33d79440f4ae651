import { describe, expect, it } from 'vitest';
import { EventEmitter, once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import { createMemoryChannelPair } from '../../src-main/contract/channel.ts';
import type { Channel } from '../../src-main/contract/channel.ts';
import { createHostPortChannel, createPagePortChannel } from '../../src-main/contract/port-channel.ts';
import type { HostPort, PagePort } from '../../src-main/contract/port-channel.ts';
import { createSocketChannel } from '../../src-main/contract/socket-channel.ts';

interface Pair {
  readonly ends: readonly [Channel, Channel];
  readonly release: () => void;
}

async function openSockets(): Promise<{ server: WebSocketServer; near: WebSocket; far: WebSocket }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const near = new WebSocket(`ws://127.0.0.1:${port}`);
  const far = await new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  if (near.readyState !== WebSocket.OPEN) await once(near, 'open');
  return { server, near, far };
}

type Listener = (event: { readonly data: unknown }) => void;

/** Node's ports emit bare data; pages' and Electron's wrap it in an event. */
function wrapEvents(port: MessagePort): EventEmitter {
  const emitter = new EventEmitter();
  port.on('message', (data: unknown) => emitter.emit('message', { data }));
  port.on('close', () => emitter.emit('close', {}));
  return emitter;
}

function asPagePort(port: MessagePort): PagePort {
  const events = wrapEvents(port);
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener: (type: string, listener: Listener) => void events.on(type, listener),
    start: () => port.start(),
    close: () => port.close(),
  };
}

function asHostPort(port: MessagePort): HostPort {
  const events = wrapEvents(port);
  return {
    postMessage: (message) => port.postMessage(message),
    on: (type: string, listener: Listener) => events.on(type, listener),
    start: () => port.start(),
    close: () => port.close(),
  };
}

const makers: Readonly<Record<string, () => Promise<Pair>>> = {
  memory: async () => ({ ends: createMemoryChannelPair(), release: () => undefined }),
  socket: async () => {
    const { server, near, far } = await openSockets();
    return { ends: [createSocketChannel(near), createSocketChannel(far)], release: () => server.close() };
  },
  port: async () => {
    const { port1, port2 } = new MessageChannel();
    const ends = [createPagePortChannel(asPagePort(port1)), createHostPortChannel(asHostPort(port2))] as const;
    return { ends, release: () => port1.close() };
  },
};

const nextMessage = (channel: Channel): Promise<unknown> => new Promise((resolve) => channel.onMessage(resolve));
const closed = (channel: Channel): Promise<void> => new Promise((resolve) => channel.onClose(resolve));

describe.each(Object.entries(makers))('a %s channel', (_name, make) => {
  it('carries plain data both ways', async () => {
    const { ends, release } = await make();
    const message = { text: 'Grüße 猫', list: [1, null, true], nested: { a: 0.5 } };
    for (const [from, to] of [ends, [ends[1], ends[0]]] as const) {
      const received = nextMessage(to);
      from.post(message);
      expect(await received).toEqual(message);
    }
    release();
  });

  it('closes at both ends, once, and takes no more messages', async () => {
    const { ends, release } = await make();
    const received: unknown[] = [];
    let closings = 0;
    ends[1].onMessage((message) => received.push(message));
    ends[0].onClose(() => (closings += 1));
    const both = [closed(ends[0]), closed(ends[1])];
    ends[0].close();
    ends[0].close();
    ends[0].post('too late');
    await Promise.all(both);
    expect(closings).toBe(1);
    expect(received).toEqual([]);
    await closed(ends[0]);
    release();
  });
});

describe('a socket channel', () => {
  it.each([
    ['text that is no JSON', 'not json {'],
    ['a binary frame', Buffer.from('{"t":"q"}')],
  ])('is closed by %s', async (_name, frame) => {
    const { server, near, far } = await openSockets();
    const channel = createSocketChannel(far);
    const received: unknown[] = [];
    channel.onMessage((message) => received.push(message));
    near.send(frame);
    await closed(channel);
    expect(received).toEqual([]);
    server.close();
  });
});

describe('a memory channel', () => {
  it('delivers after post has returned, and refuses what JSON cannot hold', async () => {
    const [near, far] = createMemoryChannelPair();
    const order: string[] = [];
    far.onMessage(() => order.push('delivered'));
    near.post({});
    order.push('posted');
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['posted', 'delivered']);
    expect(() => near.post({ big: 10n })).toThrow(TypeError);
  });
});
