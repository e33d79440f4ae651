/** Attacks on `serve` that take more than one request. Those of one request are in serve-http.test.ts and serve-sockets.test.ts. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ServedApp, type StartOptions } from './served-app.ts';

const started: ServedApp[] = [];
afterEach(async () => {
  for (const app of started.splice(0)) await app.stop();
});

async function start(options?: StartOptions): Promise<ServedApp> {
  const app = await ServedApp.start(options);
  started.push(app);
  return app;
}

async function openSocket(app: ServedApp, headers: Record<string, string>): Promise<WebSocket> {
  const socket = app.socket(headers);
  await once(socket, 'open');
  return socket;
}

function openConnection(app: ServedApp, text = ''): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(app.server.port, '127.0.0.1');
    const done = (): void => resolve(socket);
    socket.on('error', done);
    socket.on('connect', () => {
      if (text !== '') socket.write(text);
      done();
    });
    socket.resume();
  });
}

describe('after signing out', () => {
  it('neither the stolen address, nor the stolen cookie, nor an open page is worth anything; the new address is', async () => {
    const newUrls: string[] = [];
    const app = await start({ serve: { onNewUrl: (url) => newUrls.push(url) } });
    const stolenToken = app.token;
    const mine = await app.pageHeaders();
    const stolen = await app.pageHeaders();
    const page = await openSocket(app, stolen);
    const closed = once(page, 'close');
    expect((await app.send('/logout', { method: 'POST', headers: mine })).status).toBe(200);
    const [code] = (await closed) as readonly unknown[];
    expect(code).toBe(1001);
    expect((await app.send('/', { headers: mine })).status).toBe(401);
    expect((await app.send('/', { headers: stolen })).status).toBe(401);
    expect((await app.send(`/?token=${stolenToken}`)).status).toBe(403);
    expect(newUrls).toEqual([app.server.url]);
    expect((await app.send('/', { headers: { cookie: await app.signIn() } })).status).toBe(200);
  });

  it('a restarted server does not know the old cookie either', async () => {
    const first = await ServedApp.start();
    const headers = await first.pageHeaders();
    await first.send('/logout', { method: 'POST', headers });
    await first.server.close();
    const second = await start({ folder: first.folder });
    expect((await second.send('/', { headers })).status).toBe(401);
  });

  it.each([
    [
      'a form of another site',
      (headers: Record<string, string>) => ({ ...headers, origin: 'http://attacker.example' }),
      403,
    ],
    ['a form without an origin', ({ cookie = '' }: Record<string, string>) => ({ cookie }), 403],
    [
      'a page of another port',
      (headers: Record<string, string>) => ({ ...headers, 'sec-fetch-site': 'same-site' }),
      403,
    ],
    ['somebody without a session', ({ origin = '' }: Record<string, string>) => ({ origin }), 401],
    [
      'a rebound name',
      (headers: Record<string, string>) => ({
        ...headers,
        host: 'attacker.example',
        origin: 'http://attacker.example',
      }),
      421,
    ],
  ])('is nothing that %s can bring about', async (_, change, status) => {
    const app = await start();
    const headers = await app.pageHeaders();
    expect((await app.send('/logout', { method: 'POST', headers: change(headers) })).status).toBe(status);
    expect((await app.send('/', { headers })).status).toBe(200);
  });
});

describe('form posts of another site', () => {
  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
    '(%s) are refused unread',
    async (type) => {
      const app = await start();
      const { cookie = '' } = await app.pageHeaders();
      for (const address of ['/', '/rpc', '/image/p/1', '/index.html']) {
        const headers = { cookie, origin: 'http://attacker.example', 'content-type': type };
        expect(
          (await app.send(address, { method: 'POST', headers, body: '{"t":"q","m":"project/close"}' })).status,
        ).toBe(405);
      }
    },
  );
});

describe('the token', () => {
  it('locks out a guesser for a minute, however many connections they use, and nobody who is in', async () => {
    const app = await start();
    const headers = await app.pageHeaders();
    const guesses = await Promise.all(
      Array.from({ length: 200 }, (_, index) => app.send(`/?token=${app.token.slice(0, -1)}.${index % 10}`)),
    );
    expect(guesses.filter(({ status }) => status === 403).length).toBeLessThanOrEqual(10);
    expect(guesses.filter(({ status }) => status === 303)).toEqual([]);
    expect((await app.send(`/?token=${app.token}`)).status).toBe(429);
    expect((await app.send('/', { headers })).status).toBe(200);
  });
});

describe('prototype pollution', () => {
  it.each([
    '{"t":"q","i":"1","m":"app/info","a":[{"__proto__":{"polluted":true}}]}',
    '{"t":"q","i":"1","m":"app/set-preference","a":[{"name":"__proto__","value":"polluted"}]}',
    '{"t":"q","i":"1","m":"app/set-preference","a":[{"name":"x","value":"y","constructor":{"prototype":{"polluted":true}}}]}',
    '{"__proto__":{"polluted":true},"t":"q","i":"1","m":"job/list","a":[{}]}',
    '{"t":"q","i":"1","m":"__proto__","a":[{}]}',
    '{"t":"q","i":"__proto__","m":"constructor","a":[{"polluted":true}]}',
  ])('with %s reaches no object', async (frame) => {
    const app = await start();
    const socket = await openSocket(app, await app.pageHeaders());
    const settled = Promise.race([once(socket, 'message'), once(socket, 'close')]);
    socket.send(frame);
    await settled;
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    socket.terminate();
    expect((await app.send('/', { headers: { cookie: await app.signIn() } })).status).toBe(200);
  });
});

describe('crowds', () => {
  it('of 10,000 connections are cut down to a thousand at once, and the server answers when they have gone', async () => {
    const app = await start();
    const cookie = await app.signIn();
    let dropped = 0;
    for (let wave = 0; wave < 20; wave += 1) {
      const sockets = await Promise.all(Array.from({ length: 500 }, () => openConnection(app)));
      for (const socket of sockets) {
        if (socket.destroyed) dropped += 1;
        socket.destroy();
      }
    }
    expect(dropped).toBeLessThanOrEqual(10_000);
    await expect.poll(async () => (await app.send('/', { headers: { cookie } })).status, { timeout: 20_000 }).toBe(200);
  });

  it('of connections that stay are refused from the thousandth on, and those that are in are served', async () => {
    const app = await start();
    const cookie = await app.signIn();
    const sockets = await Promise.all(Array.from({ length: 990 }, () => openConnection(app)));
    expect((await app.send('/', { headers: { cookie } })).status).toBe(200);
    const more = await Promise.all(Array.from({ length: 200 }, () => openConnection(app)));
    await expect.poll(() => more.filter(({ destroyed }) => destroyed).length, { timeout: 20_000 }).toBeGreaterThan(100);
    for (const socket of [...sockets, ...more]) socket.destroy();
    await expect
      .poll(
        async () =>
          app.send('/', { headers: { cookie } }).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(200);
  });

  it('of slow ones are cut off, whether they dawdle in the headers, in the body or in reading', async () => {
    const app = await start({ serve: { requestTimeoutMs: 200 } });
    const cookie = await app.signIn();
    const texts = [
      'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx',
      'POST /logout HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
      '',
    ];
    const sockets = await Promise.all(
      Array.from({ length: 60 }, (_, index) => openConnection(app, texts[index % texts.length])),
    );
    expect((await app.send('/', { headers: { cookie } })).status).toBe(200);
    await expect
      .poll(() => sockets.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length, {
        timeout: 30_000,
      })
      .toBe(60);
  });
});

describe('request smuggling', () => {
  it.each([
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /secret HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    'GET / HTTP/1.1\nHost: localhost\n\n',
    'GET http://attacker.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'CONNECT attacker.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n',
  ])('(%j) is refused', async (text) => {
    const app = await start();
    const socket = connect(app.server.port, '127.0.0.1');
    let answer = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
    socket.end(text);
    await once(socket, 'close');
    expect(answer).not.toMatch(/HTTP\/1\.1 (2|101)/);
    expect(answer).not.toContain('<title>');
  });
});
