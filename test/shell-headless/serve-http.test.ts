import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { serve } from '../../src-main/shell-headless/serve.ts';
import { ServedApp } from './served-app.ts';

let app: ServedApp;
let cookie: string;

beforeAll(async () => {
  app = await ServedApp.start();
  cookie = await app.signIn();
});

afterAll(() => app.stop());

describe('the token', () => {
  it('buys a cookie that no script and no other site can use, and vanishes from the address', async () => {
    const { status, headers } = await app.send(`/?token=${app.token}`);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    const set = headers['set-cookie']?.[0] ?? '';
    expect(set).toMatch(/; HttpOnly/);
    expect(set).toMatch(/; SameSite=Strict/);
    expect(set).toMatch(/; Path=\//);
    expect(set).not.toContain(app.token);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('is long, and new at each start', async () => {
    const other = await ServedApp.start();
    expect(app.token).toMatch(/^[\w-]{43}$/);
    expect(other.token).not.toBe(app.token);
    await other.stop();
  });

  it('can be guessed ten times a minute', async () => {
    const other = await ServedApp.start();
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) statuses.push((await other.send(`/?token=guess-${guess}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
    await other.stop();
  });

  it.each(['', '%00', 'x'.repeat(5000), '%E0%A4%A'])('%j opens nothing', async (guess) => {
    const other = await ServedApp.start();
    const { status, headers } = await other.send(`/?token=${guess}`);
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
    await other.stop();
  });
});

describe('without a session', () => {
  const forged = () => cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  const cookies: readonly (readonly [string, () => string])[] = [
    ['no cookie', () => ''],
    ['a forged signature', () => forged()],
    ['a changed date', () => cookie.replace(/=\d/, '=9')],
    ['no signature', () => cookie.split('.').slice(0, 2).join('.')],
    ['another name', () => cookie.replace('touchstone_', 'touchstone-')],
    ['the token itself', () => `touchstone=${app.token}`],
  ];

  it.each(cookies)('(%s) nothing is served', async (_name, makeCookie) => {
    for (const address of ['/', '/index.html', '/assets/page-abc.js', '/image/p/1', '/nothing']) {
      const { status, body } = await app.send(address, { headers: { cookie: makeCookie() } });
      expect(status).toBe(401);
      expect(body).not.toContain('<title>');
    }
  });

  it('a cookie of another machine is worth nothing, and does not overwrite ours', async () => {
    const other = await ServedApp.start();
    const { status } = await other.send('/', { headers: { cookie } });
    expect(status).toBe(401);
    const otherCookie = await other.signIn();
    expect(otherCookie.split('=')[0]).not.toBe(cookie.split('=')[0]);
    expect((await other.send('/', { headers: { cookie: `${cookie}; ${otherCookie}` } })).status).toBe(200);
    await other.stop();
  });
});

describe('a session', () => {
  it('opens the pages', async () => {
    const { status, headers, body } = await app.send('/', { headers: { cookie } });
    expect(status).toBe(200);
    expect(body).toContain('<title>Touchstone');
    expect(headers['cache-control']).toBe('no-cache');
    const asset = await app.send('/assets/page-abc.js', { headers: { cookie } });
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  it('survives a restart of the server, whose secret only the user can read', async () => {
    const first = await ServedApp.start();
    const kept = await first.signIn();
    await first.server.close();
    const second = await ServedApp.start({ folder: first.folder });
    expect((await second.send('/', { headers: { cookie: kept } })).status).toBe(200);
    const secret = path.join(first.folder, 'user', 'session-secret');
    if (process.platform !== 'win32') expect((await stat(secret)).mode & 0o077).toBe(0);
    expect((await readFile(secret)).length).toBe(32);
    await second.stop();
  });
});

describe('every answer', () => {
  it.each(['/', '/assets/page-abc.js', '/nothing.js', '/image/p/1'])('(%s) carries the headers', async (address) => {
    const { headers } = await app.send(address, { headers: { cookie } });
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('the Host header', () => {
  it.each(['localhost', 'localhost:9000', '127.0.0.1:1', '[::1]:80', 'LOCALHOST'])('%s is us', async (host) => {
    expect((await app.send('/', { headers: { host, cookie } })).status).toBe(200);
  });

  it.each([
    'attacker.example',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example:80',
    'localhost@attacker.example',
    '192.168.0.9',
    '0.0.0.0',
    'localhost:80:80',
    'localhost/',
    '[::1',
  ])('%s is refused, token or not', async (host) => {
    expect((await app.send('/', { headers: { host, cookie } })).status).toBe(421);
    expect((await app.send(`/?token=${app.token}`, { headers: { host } })).status).toBe(421);
  });

  it('may be any address, but no foreign name, where the server was asked to listen to everyone', async () => {
    const open = await ServedApp.start({ serve: { address: '0.0.0.0' } });
    const own = await open.signIn();
    expect((await open.send('/', { headers: { host: '192.168.0.9:80', cookie: own } })).status).toBe(200);
    expect((await open.send('/', { headers: { host: 'attacker.example', cookie: own } })).status).toBe(421);
    await open.stop();
  });
});

describe('requests that no page of ours makes', () => {
  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s changes nothing', async (method) => {
    const { status } = await app.send('/', {
      method,
      headers: { cookie, origin: 'http://attacker.example' },
      body: 'a=1',
    });
    expect(status).toBe(405);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/assets/%c0%ae%c0%ae/secret.txt',
    '/assets/..;/secret.txt',
    '/%00/../secret.txt',
    '//etc/passwd',
    '/file:///etc/passwd',
    '/image/../../secret.txt',
    '/image/%2e%2e%2f%2e%2e/secret.txt',
    '/image/p/1/%2e%2e/%2e%2e/secret.txt',
  ])('%s reaches no file outside of the pages', async (address) => {
    const { body } = await app.send(address, { headers: { cookie } });
    expect(body).not.toMatch(/outside of the pages|root:/);
  });

  it('with headers beyond all measure are refused', async () => {
    const { status } = await app.send('/', { headers: { cookie, 'x-long': 'x'.repeat(20_000) } });
    expect(status).toBe(431);
  });

  it('that are no HTTP are hung up on', async () => {
    for (const text of ['GARBAGE\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', '\x16\x03\x01\x02\x00']) {
      const socket = connect(app.server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(text);
      socket.resume();
      await once(socket, 'close');
    }
    expect((await app.send('/', { headers: { cookie } })).status).toBe(200);
  });

  it('that never end are cut off', async () => {
    const slow = await ServedApp.start({ serve: { requestTimeoutMs: 100 } });
    const socket = connect(slow.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    await once(socket, 'close');
    await slow.stop();
  });
});

describe('pictures', () => {
  let pictures: ServedApp;
  let headers: Record<string, string>;
  const asked: unknown[] = [];
  const bytes = Uint8Array.from([1, 2, 3]);

  beforeAll(async () => {
    pictures = await ServedApp.start({
      load: (wanted) => {
        asked.push(wanted);
        if (wanted.sampleId === 2) throw new TouchstoneError('image-unreadable', 'cat/2.png is gone. Import again.');
        if (wanted.sampleId === 3) throw new Error('secret of /home/ann');
        return wanted.sampleId === 1 ? { mimeType: 'image/webp', bytes } : null;
      },
    });
    headers = { cookie: await pictures.signIn() };
  });

  afterAll(() => pictures.stop());

  it('come with a type, and may be kept for ever', async () => {
    const answer = await pictures.send('/image/p/1?size=128&v=abc', { headers });
    expect(answer).toMatchObject({ status: 200, body: '\x01\x02\x03' });
    expect(answer.headers).toMatchObject({ 'content-type': 'image/webp', 'content-length': '3' });
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(asked.at(-1)).toEqual({ projectId: 'p', sampleId: 1, size: 128 });
    await pictures.send('/image/p/1/full?v=abc', { headers });
    expect(asked.at(-1)).toEqual({ projectId: 'p', sampleId: 1, size: 'full' });
  });

  it('that are unknown, gone or break the decoder say so without showing anything', async () => {
    expect((await pictures.send('/image/p/99', { headers })).status).toBe(404);
    expect((await pictures.send('/image/p/0', { headers })).status).toBe(404);
    expect((await pictures.send('/image/p/1?size=31', { headers })).status).toBe(404);
    const gone = await pictures.send('/image/p/2', { headers });
    expect(gone.status).toBe(410);
    expect(gone.body).toContain('Import again');
    const broken = await pictures.send('/image/p/3', { headers });
    expect(broken.status).toBe(500);
    expect(broken.body).not.toContain('secret');
    expect(pictures.bugs.length).toBe(1);
  });

  it.each(['cross-site', 'same-site'])('are not for pages of a %s origin', async (site) => {
    const { status } = await pictures.send('/image/p/1', { headers: { ...headers, 'sec-fetch-site': site } });
    expect(status).toBe(403);
  });

  it('are no longer worked on when their asker has gone', async () => {
    const aborted = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const waiting = await ServedApp.start({
      load: (_wanted, signal) => {
        signal.addEventListener('abort', () => aborted.resolve());
        started.resolve();
        return new Promise<never>(() => undefined);
      },
    });
    const socket = connect(waiting.server.port, '127.0.0.1');
    socket.write(`GET /image/p/1 HTTP/1.1\r\nHost: localhost\r\nCookie: ${await waiting.signIn()}\r\n\r\n`);
    await started.promise;
    socket.destroy();
    await aborted.promise;
    await waiting.stop();
  });
});

describe('starting and stopping', () => {
  let extra: ServedApp | undefined;
  afterEach(() => extra?.stop());

  it('listens on this machine alone unless asked otherwise, and prints an address of it', () => {
    expect(app.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
  });

  it('says which port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const bound = taken.address();
    const port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
    const host = {
      services: { methods: {} as never, events: app.events },
      images: { load: async () => null },
      reportBug: () => '',
      userDataFolder: path.join(app.folder, 'user'),
    };
    await expect(serve(host, { port, pagesFolder: app.folder })).rejects.toMatchObject({
      code: 'wrong-use',
      details: { port },
    });
    taken.close();
  });

  it('hangs up on idle connections and frees the port', async () => {
    extra = await ServedApp.start();
    const idle = connect(extra.server.port, '127.0.0.1');
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    const closed = once(idle, 'close');
    await extra.server.close();
    await closed;
    const again = createServer().listen(extra.server.port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });

  it('stands many connections at once and answers all', async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, () => app.send('/', { headers: { cookie } })));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  });
});
