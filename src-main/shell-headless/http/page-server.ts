/** The HTTP side: the token's exchange, the built pages, pictures. Everything but the exchange needs a session. */
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import sirv from 'sirv';
import type { Access } from './access.ts';
import { answerText } from './answer-text.ts';
import { answerImage } from './image-route.ts';
import type { ImageRouteOptions } from './image-route.ts';
import { logOutPath } from '../../contract/desktop-bridge.ts';
import { webHeaders } from './response-headers.ts';

export interface PageServerOptions extends ImageRouteOptions {
  readonly access: Access;
  /** Folder of the built pages, with an index.html. */
  readonly pagesFolder: string;
  /** A request whose headers or body take longer is cut off. */
  readonly requestTimeoutMs: number;
  /** Ends every session and hangs up on every page. */
  readonly logOut: () => Promise<void>;
}

const maxConnections = 1000;
const idleConnectionMs = 10_000;
const maxHeaderBytes = 16 * 1024;

export function createPageServer(options: PageServerOptions): Server {
  const { requestTimeoutMs } = options;
  const timeouts = {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: idleConnectionMs,
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 5000),
  };
  const server = createServer({ ...timeouts, maxHeaderSize: maxHeaderBytes }, createListener(options));
  server.maxConnections = maxConnections;
  return server;
}

function createListener(options: PageServerOptions): RequestListener {
  const { access, pagesFolder, reportBug } = options;
  const servePages = sirv(pagesFolder, { single: true, etag: true, dotfiles: false, setHeaders: setPageHeaders });

  return (request, response) => {
    // Nothing here reads a body.
    request.resume();
    const url = parseUrl(request);
    if (!access.isKnownHost(request.headers)) {
      return answerText(response, 421, 'This server answers to its own address only.');
    }
    if (!url) return answerText(response, 400, 'The address cannot be read.');
    if (request.method === 'POST' && url.pathname === logOutPath) return answerLogOut(options, request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answerText(response, 405, 'Only GET is answered.');
    const token = url.pathname === '/' ? url.searchParams.get('token') : null;
    if (token !== null) return exchangeToken(access, token, response);
    if (!access.hasSession(request.headers)) {
      return answerText(response, 401, 'Open the address that Touchstone printed when it started: it holds the key.');
    }
    if (!url.pathname.startsWith('/image/')) return servePages(request, response, () => notFound(response));
    if (!access.isSameOrigin(request.headers, false)) return answerText(response, 403, 'Not for other pages.');
    answerImage(options, url, request, response).catch(reportBug);
  };
}

/** For our own pages only: another site must not be able to throw the user out. */
function answerLogOut(
  { access, logOut, reportBug }: PageServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!access.isSameOrigin(request.headers, true)) return answerText(response, 403, 'Not for other pages.');
  if (!access.hasSession(request.headers)) return answerText(response, 401, 'There is no session to end.');
  logOut().then(
    () => {
      response.setHeader('Clear-Site-Data', '"cookies", "cache"');
      answerText(response, 200, 'Signed out, here and everywhere else. The terminal shows a new address.');
    },
    (error: unknown) => answerText(response, 500, `Something went wrong (${reportBug(error)}).`),
  );
}

function notFound(response: ServerResponse): void {
  answerText(response, 404, 'There is no such page.');
}

/** The cookie, and on to the same place without the token, so that it stays in no history, bookmark or Referer. */
function exchangeToken(access: Access, token: string, response: ServerResponse): void {
  const exchange = access.exchangeToken(token);
  if ('cookie' in exchange) {
    response.writeHead(303, {
      ...webHeaders,
      Location: '/',
      'Set-Cookie': exchange.cookie,
      'Cache-Control': 'no-store',
    });
    response.end();
  } else if (exchange.refusal === 'wrong-token') {
    answerText(
      response,
      403,
      'This key is not the one of the running server. Open the address that it printed when it started.',
    );
  } else answerText(response, 429, 'Too many wrong keys. Wait a minute.');
}

function setPageHeaders(response: ServerResponse, pathname: string): void {
  for (const [name, value] of Object.entries(webHeaders)) response.setHeader(name, value);
  // The build puts a hash into the name of everything below assets/.
  const isHashed = pathname.startsWith('/assets/');
  response.setHeader('Cache-Control', isHashed ? 'private, max-age=31536000, immutable' : 'no-cache');
}

function parseUrl({ url }: IncomingMessage): URL | null {
  // Absolute and protocol-relative forms would name another host.
  if (!url?.startsWith('/') || url.startsWith('//')) return null;
  return URL.parse(url, 'http://localhost');
}
