/**
 * Who may talk to the server. Three gates, each against another attack:
 *
 * - Host: a page under a name of the attacker's that suddenly points to 127.0.0.1 (DNS rebinding) sends its own name.
 * - Origin: other pages may open WebSockets to us, and browsers send our cookie along from other ports of this machine.
 * - Session: other users and programs of this machine reach the port too. The token of the printed address, random per start, buys a
 *   signed cookie.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '../../services/ports/long-calls.ts';

export interface AccessOptions {
  /** See `loadSessionSecret`. */
  readonly secret: Buffer;
  /** Makes and keeps another one. See `replaceSessionSecret`. */
  readonly replaceSecret: () => Promise<Buffer>;
  /** Names and addresses that the server was asked to listen on, beyond this machine itself. */
  readonly extraHosts: readonly string[];
  /** True where it listens beyond this machine: then every IP address is a fitting Host, since it cannot be rebound. */
  readonly isPublic: boolean;
  readonly clock: Clock;
}

/** What became of a token: the cookie to set, or the refusal. */
export type Exchange = { readonly cookie: string } | { readonly refusal: 'wrong-token' | 'too-many-guesses' };

const sessionMs = 30 * 24 * 3600 * 1000;
const guessWindowMs = 60_000;
const guessesPerWindow = 10;
const ownNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

export class Access {
  readonly #options: AccessOptions;
  #token = makeToken();
  #secret: Buffer;
  /** Cookies do not tell ports apart: two machines behind two tunnels must not overwrite each other's. */
  #cookieName: string;
  #wrongGuesses: readonly number[] = [];

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#secret = options.secret;
    this.#cookieName = nameCookie(options.secret);
  }

  /** Whoever has it gets a session. */
  get token(): string {
    return this.#token;
  }

  /** Ends every session and makes the printed address worthless: whoever stole a cookie or the address is out. The new token lets its reader in again. */
  async endAllSessions(): Promise<void> {
    this.#secret = await this.#options.replaceSecret();
    this.#cookieName = nameCookie(this.#secret);
    this.#token = makeToken();
  }

  /** Any port is fine: an SSH tunnel has its own. */
  isKnownHost(headers: IncomingHttpHeaders): boolean {
    const name = hostName(headers.host);
    if (name === null) return false;
    if (ownNames.has(name) || this.#options.extraHosts.includes(name)) return true;
    return this.#options.isPublic && isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  }

  /** True where the request comes from a page of ours, or, unless `isRequired`, names no origin. */
  isSameOrigin(headers: IncomingHttpHeaders, isRequired: boolean): boolean {
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    if (headers.origin === undefined) return !isRequired;
    return headers.host !== undefined && headers.origin.toLowerCase() === `http://${headers.host.toLowerCase()}`;
  }

  exchangeToken(candidate: string): Exchange {
    const now = this.#options.clock.nowMs();
    this.#wrongGuesses = this.#wrongGuesses.filter((atMs) => now - atMs < guessWindowMs);
    if (this.#wrongGuesses.length >= guessesPerWindow) return { refusal: 'too-many-guesses' };
    if (!isSameSecret(candidate, this.token)) {
      this.#wrongGuesses = [...this.#wrongGuesses, now];
      return { refusal: 'wrong-token' };
    }
    const payload = `${now}.${randomBytes(9).toString('base64url')}`;
    const attributes = `Path=/; Max-Age=${sessionMs / 1000}; HttpOnly; SameSite=Strict`;
    return { cookie: `${this.#cookieName}=${payload}.${this.#sign(payload)}; ${attributes}` };
  }

  hasSession(headers: IncomingHttpHeaders): boolean {
    const [issuedAt = '', nonce = '', signature = ''] = this.#readCookie(headers.cookie).split('.');
    const ageMs = this.#options.clock.nowMs() - Number(issuedAt);
    return isSameSecret(signature, this.#sign(`${issuedAt}.${nonce}`)) && ageMs < sessionMs;
  }

  #readCookie(header = ''): string {
    const prefix = `${this.#cookieName}=`;
    const pair = header.split(/; */).find((part) => part.startsWith(prefix));
    return pair?.slice(prefix.length) ?? '';
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#secret).update(payload).digest('base64url');
  }
}

function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

function nameCookie(secret: Buffer): string {
  return `touchstone_${createHash('sha256').update(secret).digest('hex').slice(0, 12)}`;
}

/** Name or address of a Host header, lower case and without port; null where it is missing or malformed. */
function hostName(host: string | undefined): string | null {
  const match = /^(?<name>\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host ?? '');
  return match?.groups?.['name']?.toLowerCase() ?? null;
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function isSameSecret(candidate: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(candidate), digest(secret));
}
