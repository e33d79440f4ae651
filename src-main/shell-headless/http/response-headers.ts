/** Headers that every answer carries: what a page may load, and that nobody may frame, sniff or cache it. */
import { desktopImageScheme } from '../../contract/image-address.ts';

/**
 * No inline scripts, no eval, nothing from elsewhere. Style attributes stay allowed, since positioned menus and virtual rows
 * are written with them; style sheets come from us alone.
 */
function contentSecurityPolicy(images: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' data: blob: ${images.join(' ')}`.trim(),
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const common = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
} as const;

/** For answers of the web server. */
export const webHeaders = { ...common, 'Content-Security-Policy': contentSecurityPolicy([]) } as const;

/** For the pages in Electron, whose pictures come by a scheme of their own. */
const desktopPageHeaders = {
  ...common,
  'Content-Security-Policy': contentSecurityPolicy([`${desktopImageScheme}:`]),
} as const;

/** The page of the hidden window that computes, and where its Web Worker's scripts lie among the built pages. */
const computePage = '/compute-window.html';
export const computeScriptsFolder = 'computing';

/**
 * For what the hidden window loads. Isolated from everything else, its worker may share memory with threads; that worker alone, in which
 * nothing but our own numerics runs, may compile WebAssembly and start threads from scripts that it makes itself.
 */
const isolated = { ...common, 'Cross-Origin-Embedder-Policy': 'require-corp' } as const;
const computeWorkerPolicy = [
  "default-src 'none'",
  "script-src 'self' blob: 'wasm-unsafe-eval'",
  'worker-src blob:',
  "connect-src 'self'",
].join('; ');

/** For the pages in Electron, by the path of what is asked for. */
export function desktopHeaders(pathname: string): Readonly<Record<string, string>> {
  if (pathname === computePage) return { ...desktopPageHeaders, ...isolated };
  if (pathname.startsWith(`/${computeScriptsFolder}/`))
    return { ...isolated, 'Content-Security-Policy': computeWorkerPolicy };
  return desktopPageHeaders;
}

/** For pictures: the address holds the content's hash, so they never change; should one hold markup, it may do nothing. */
export const imageHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cache-Control': 'private, max-age=31536000, immutable',
} as const;
