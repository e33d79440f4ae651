/** `touchstone serve`: the same app for a browser, on this machine or through a tunnel. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import path from 'node:path';
import type { EventSource } from '../contract/rpc-server.ts';
import type { MethodHandlers } from '../contract/methods.ts';
import type { ReportBug } from '../contract/wire-error.ts';
import { TouchstoneError } from '../core/errors.ts';
import { ensureBuilt } from './build-app.ts';
import { Access } from './http/access.ts';
import { createPageServer } from './http/page-server.ts';
import { RpcSockets } from './http/rpc-sockets.ts';
import { loadSessionSecret, replaceSessionSecret } from './http/session-secret.ts';
import type { ImageProvider } from './image-provider.ts';

/** What is served; `create-host.ts` makes a real one. */
export interface Served {
  readonly services: { readonly methods: MethodHandlers; readonly events: EventSource };
  readonly images: ImageProvider;
  readonly reportBug: ReportBug;
  readonly userDataFolder: string;
}

export interface ServeOptions {
  /** Address to listen on; this machine alone unless given. */
  readonly address?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Folder of built pages; those of this checkout, built if need be, unless given. */
  readonly pagesFolder?: string;
  readonly requestTimeoutMs?: number;
  readonly heartbeatMs?: number;
  /** Somebody signed out: the address that was shown is worth nothing any more, this one is. */
  readonly onNewUrl?: (url: string) => void;
}

export interface RunningServer {
  /** With the token: whoever has it gets in. */
  readonly url: string;
  readonly port: number;
  /** Hangs up on everyone and stops listening. Leaves the services open. */
  close(): Promise<void>;
}

const builtPagesFolder = path.resolve(import.meta.dirname, '../../out/renderer');
const loopbackAddress = '127.0.0.1';

/** Resolves once the server listens. Throws `wrong-use` for a port or address that cannot be had, or pages that cannot be built. */
export async function serve(host: Served, options: ServeOptions = {}): Promise<RunningServer> {
  if (!options.pagesFolder) await ensureBuilt((line) => console.error(line));
  const address = options.address ?? loopbackAddress;
  const access = new Access({
    secret: await loadSessionSecret(host.userDataFolder),
    replaceSecret: () => replaceSessionSecret(host.userDataFolder),
    extraHosts: [address.toLowerCase()],
    isPublic: !isLoopback(address),
    clock: { nowMs: () => Date.now() },
  });
  const { images, reportBug } = host;
  const rpc = { handlers: host.services.methods, events: host.services.events, reportBug };
  const sockets = new RpcSockets({ access, rpc, heartbeatMs: options.heartbeatMs ?? 30_000 });
  const server = createPageServer({
    access,
    images,
    reportBug,
    pagesFolder: options.pagesFolder ?? builtPagesFolder,
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    logOut: async () => {
      await access.endAllSessions();
      sockets.hangUp('Signed out');
      options.onNewUrl?.(makeUrl());
    },
  });
  server.on('upgrade', sockets.accept);
  const port = await listen(server, address, options.port ?? 0);
  const shownHost = isLoopback(address) || isWildcard(address) ? loopbackAddress : bracket(address);
  const makeUrl = (): string => `http://${shownHost}:${port}/?token=${access.token}`;
  return {
    get url() {
      return makeUrl();
    },
    port,
    close: () => shutDown(server, sockets),
  };
}

async function listen(server: Server, address: string, port: number): Promise<number> {
  server.listen({ host: address, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const advice =
      reason === 'EADDRINUSE' ? 'Another program uses the port: choose another, or 0 for any.' : `(${reason})`;
    throw new TouchstoneError('wrong-use', `Cannot listen on ${address}, port ${port}. ${advice}`, {
      details: { address, port, reason },
      cause: error,
    });
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('A TCP server has an address with a port.');
  return bound.port;
}

async function shutDown(server: Server, sockets: RpcSockets): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  sockets.close();
  server.closeAllConnections();
  await closed;
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function bracket(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
