/** A running server over fake services and two small pages, and a client that sends what no browser would. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import type { ImageRequest } from '../../src-main/contract/image-address.ts';
import type { Picture } from '../../src-main/media/thumbnails.ts';
import { serve } from '../../src-main/shell-headless/serve.ts';
import type { RunningServer, ServeOptions } from '../../src-main/shell-headless/serve.ts';
import { FakeEvents, fakeHandlers } from '../contract/fake-handlers.ts';
import type { LooseHandlers } from '../contract/fake-handlers.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class ServedApp {
  readonly events = new FakeEvents();
  readonly bugs: unknown[] = [];
  readonly folder: string;
  readonly server: RunningServer;

  private constructor(folder: string, server: RunningServer, shared: { events: FakeEvents; bugs: unknown[] }) {
    this.folder = folder;
    this.server = server;
    this.events = shared.events;
    this.bugs = shared.bugs;
  }

  static async start({ handlers = {}, load = () => null, ...options }: StartOptions = {}): Promise<ServedApp> {
    const folder = options.folder ?? (await makeFolder());
    const shared = { events: new FakeEvents(), bugs: [] as unknown[] };
    const host = {
      services: { methods: fakeHandlers(handlers), events: shared.events },
      images: { load: async (wanted: ImageRequest, signal: AbortSignal) => load(wanted, signal) },
      reportBug: (error: unknown) => `report-${shared.bugs.push(error)}`,
      userDataFolder: path.join(folder, 'user'),
    };
    const server = await serve(host, { pagesFolder: path.join(folder, 'pages'), ...options.serve });
    return new ServedApp(folder, server, shared);
  }

  get host(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  get token(): string {
    return new URL(this.server.url).searchParams.get('token') ?? '';
  }

  /** The path goes out as it is written, `..` and all. */
  send(rawPath: string, { method = 'GET', headers = {}, body }: SendOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: this.server.port, path: rawPath, method, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const { statusCode = 0, headers: received } = response;
            resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks).toString() });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** The Cookie header of a page that used the printed address. */
  async signIn(): Promise<string> {
    const { headers } = await this.send(`/?token=${this.token}`);
    return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }

  /** Not yet open. */
  socket(headers: Readonly<Record<string, string>>, rawPath = '/rpc'): WebSocket {
    return new WebSocket(`ws://${this.host}${rawPath}`, { headers });
  }

  async pageHeaders(): Promise<Record<string, string>> {
    return { cookie: await this.signIn(), origin: `http://${this.host}` };
  }

  async stop(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface StartOptions {
  readonly handlers?: LooseHandlers;
  readonly load?: (wanted: ImageRequest, signal: AbortSignal) => Picture | null | Promise<Picture | null>;
  readonly serve?: ServeOptions;
  readonly folder?: string;
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'touchstone-serve-'));
  await mkdir(path.join(folder, 'pages', 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'pages', 'index.html'), '<!doctype html><title>Touchstone</title>');
  await writeFile(path.join(folder, 'pages', 'assets', 'page-abc.js'), 'export {};');
  await writeFile(path.join(folder, 'secret.txt'), 'outside of the pages');
  return folder;
}
