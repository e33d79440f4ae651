import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { WebSocket } from 'ws';
import { createRpcClient } from '../../src-main/contract/rpc-client.ts';
import { createSocketChannel } from '../../src-main/contract/socket-channel.ts';
import { projectId } from '../contract/method-inputs.ts';
import { ServedApp } from './served-app.ts';

let app: ServedApp;
let pageHeaders: Record<string, string>;

beforeAll(async () => {
  app = await ServedApp.start({
    handlers: { 'job/list': () => ['job'], 'app/info': () => new Promise(() => undefined) },
  });
  pageHeaders = await app.pageHeaders();
});

afterAll(() => app.stop());

/** The HTTP status of a refused handshake, or `open`. */
function handshake(socket: WebSocket): Promise<number | 'open'> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('open', () => {
      socket.terminate();
      resolve('open');
    });
  });
}

async function openSocket(served: ServedApp, headers: Record<string, string>): Promise<WebSocket> {
  const socket = served.socket(headers);
  await once(socket, 'open');
  return socket;
}

async function closeCode(socket: WebSocket): Promise<unknown> {
  const [code] = (await once(socket, 'close')) as readonly unknown[];
  return code;
}

describe('the handshake', () => {
  it('is for our own pages', async () => {
    expect(await handshake(app.socket(pageHeaders))).toBe('open');
  });

  it.each([
    ['http://attacker.example', 403],
    ['null', 403],
    ['', 403],
    ['http://localhost:1', 403],
    ['https://{host}', 403],
    ['http://{host}.attacker.example', 403],
    ['http://{host}/', 403],
  ])('from origin %j is refused', async (origin, status) => {
    const headers = { ...pageHeaders, origin: origin.replace('{host}', app.host) };
    expect(await handshake(app.socket(headers))).toBe(status);
  });

  it('without an origin, a session, or under a foreign name is refused', async () => {
    const { cookie = '', origin = '' } = pageHeaders;
    expect(await handshake(app.socket({ cookie }))).toBe(403);
    expect(await handshake(app.socket({ origin }))).toBe(401);
    expect(await handshake(app.socket({ origin, cookie: cookie.slice(0, -2) }))).toBe(401);
    expect(await handshake(app.socket({ cookie, host: 'attacker.example', origin: 'http://attacker.example' }))).toBe(
      421,
    );
    expect(await handshake(app.socket({ ...pageHeaders, 'sec-fetch-site': 'cross-site' }))).toBe(403);
  });

  it('passes through a tunnel with another port', async () => {
    const { cookie = '' } = pageHeaders;
    expect(await handshake(app.socket({ cookie, host: 'localhost:9000', origin: 'http://localhost:9000' }))).toBe(
      'open',
    );
  });

  it.each(['/', '/rpc/', '/rpc/..', '/other', '/image/p/1'])('at %s is refused', async (address) => {
    expect(await handshake(app.socket(pageHeaders, address))).toBe(404);
  });

  it('is refused to the 101st page', async () => {
    const crowded = await ServedApp.start();
    const headers = await crowded.pageHeaders();
    const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(crowded, headers)));
    expect(await handshake(crowded.socket(headers))).toBe(503);
    for (const socket of sockets) socket.terminate();
    await crowded.stop();
  });

  it('that breaks off does no harm', async () => {
    for (const text of [
      'GET /rpc HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET /rpc',
    ]) {
      const socket = connect(app.server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(text);
      socket.resetAndDestroy();
    }
    expect(await handshake(app.socket(pageHeaders))).toBe('open');
  });
});

describe('calls through a socket', () => {
  it('are answered, with errors and events', async () => {
    const client = createRpcClient(createSocketChannel(await openSocket(app, pageHeaders)));
    expect(await client.call('job/list', {})).toEqual(['job']);
    await expect(client.call('project/open', { folder: '' })).rejects.toMatchObject({ code: 'arguments-invalid' });
    const heard = new Promise((resolve) => client.on('project/changed', resolve));
    app.events.fire({ name: 'project/changed', payload: { projectId, what: 'verdicts' } });
    expect(await heard).toEqual({ projectId, what: 'verdicts' });
    client.close();
  });

  it.each([
    ['no JSON', 'nonsense', 1007],
    ['binary', Buffer.from([0xff, 0xfe]), 1007],
    ['too large', Buffer.alloc(16 * 1024 * 1024 + 1, 32).toString(), 1009],
    ['no request', '{"t":"q","m":"constructor","a":[]}', 1000],
  ])('that are %s end the socket', async (_name, frame, code) => {
    const socket = await openSocket(app, pageHeaders);
    socket.on('error', () => undefined);
    socket.send(frame);
    expect(await closeCode(socket)).toBe(code);
    expect(await handshake(app.socket(pageHeaders))).toBe('open');
  });

  it('with malformed frames end the socket', async () => {
    const socket = connect(app.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const lines = ['GET /rpc HTTP/1.1', `Host: ${app.host}`, 'Upgrade: websocket', 'Connection: Upgrade'];
    lines.push('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13');
    for (const [name, value] of Object.entries(pageHeaders)) lines.push(`${name}: ${value}`);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as readonly unknown[];
    expect(String(answer)).toContain(' 101 ');
    // Reserved bits set, an unknown opcode, no mask.
    socket.write(Buffer.from([0xff, 0x7f, 0xff, 0xff]));
    await once(socket, 'close');
    expect(await handshake(app.socket(pageHeaders))).toBe('open');
  });

  it('leave no listener behind when pages come and go', async () => {
    const served = await ServedApp.start();
    const headers = await served.pageHeaders();
    for (let visit = 0; visit < 20; visit += 1) {
      const socket = await openSocket(served, headers);
      socket.close();
      await once(socket, 'close');
    }
    expect(served.events.listeners.size).toBe(0);
    await served.stop();
  });
});

describe('a page', () => {
  it('that no longer answers is hung up on', async () => {
    const served = await ServedApp.start({ serve: { heartbeatMs: 50 } });
    const socket = served.socket(await served.pageHeaders());
    await once(socket, 'open');
    // A paused socket reads no ping and so sends no pong.
    socket.pause();
    await expect.poll(() => served.events.listeners.size).toBe(0);
    socket.terminate();
    await served.stop();
  });

  it('that answers is kept', async () => {
    const served = await ServedApp.start({ serve: { heartbeatMs: 20 } });
    const socket = await openSocket(served, await served.pageHeaders());
    for (let ping = 0; ping < 4; ping += 1) await once(socket, 'ping');
    expect(socket.readyState).toBe(socket.OPEN);
    await served.stop();
  });

  it('is told when the server closes, and its calls are lost, not left hanging', async () => {
    const served = await ServedApp.start({ handlers: { 'job/list': () => new Promise(() => undefined) } });
    const socket = await openSocket(served, await served.pageHeaders());
    const client = createRpcClient(createSocketChannel(socket));
    const call = client.call('job/list', {}).catch((error: unknown) => error);
    const code = closeCode(socket);
    await served.stop();
    expect(await code).toBe(1001);
    expect(await call).toMatchObject({ code: 'connection-lost' });
  });
});
