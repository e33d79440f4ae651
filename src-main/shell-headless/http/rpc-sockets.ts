/** The WebSockets over which pages call: opened for our own pages only, small enough, alive, and not too many. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { webSocketPath } from '../../contract/desktop-bridge.ts';
import { serveRpc } from '../../contract/rpc-server.ts';
import type { RpcServerOptions } from '../../contract/rpc-server.ts';
import { createSocketChannel } from '../../contract/socket-channel.ts';
import type { Access } from './access.ts';
import { refuseUpgrade } from './answer-text.ts';

export interface RpcSocketOptions {
  readonly access: Access;
  readonly rpc: RpcServerOptions;
  /** A page that is silent for two of these is taken for gone. */
  readonly heartbeatMs: number;
}

/** A selection of a million samples fits. */
const maxFrameBytes = 16 * 1024 * 1024;
const maxSockets = 100;
/** A page that does not read its events for so long is cut off rather than kept in memory. */
const maxBufferedBytes = 64 * 1024 * 1024;
const goingAway = 1001;

export class RpcSockets {
  readonly #options: RpcSocketOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  readonly #silent = new WeakSet<WebSocket>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: RpcSocketOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#checkAll(), options.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** For the server's `upgrade` event. */
  readonly accept = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client that vanishes in the middle of the handshake must not end the process.
    socket.on('error', () => socket.destroy());
    const status = this.#refusal(request);
    if (status !== null) return refuseUpgrade(socket, status);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket));
  };

  /** Hangs up on every page. */
  hangUp(reason: string): void {
    for (const socket of this.#server.clients) {
      socket.close(goingAway, reason);
      setTimeout(() => socket.terminate(), 500).unref();
    }
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.hangUp('Touchstone is closing');
    this.#server.close();
  }

  #refusal(request: IncomingMessage): number | null {
    const { access } = this.#options;
    if (!access.isKnownHost(request.headers)) return 421;
    if (!access.isSameOrigin(request.headers, true)) return 403;
    if (!access.hasSession(request.headers)) return 401;
    if (request.url !== webSocketPath) return 404;
    return this.#server.clients.size >= maxSockets ? 503 : null;
  }

  #serve(socket: WebSocket): void {
    socket.on('pong', () => this.#silent.delete(socket));
    serveRpc(createSocketChannel(socket), this.#options.rpc);
  }

  #checkAll(): void {
    for (const socket of this.#server.clients) {
      if (this.#silent.has(socket) || socket.bufferedAmount > maxBufferedBytes) socket.terminate();
      else {
        this.#silent.add(socket);
        socket.ping();
      }
    }
  }
}
