/** The two schemes that windows load from: the built pages, and pictures by the ids of project and sample. No path of the disk is ever in an address. */
import type { CustomScheme, Net, Protocol } from 'electron';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { desktopImageScheme, parseImagePath } from '../contract/image-address.ts';
import { isInsideOrSame } from '../media/path-containment.ts';
import { desktopHeaders, imageHeaders } from '../shell-headless/http/response-headers.ts';
import type { HostProcess } from './host-process.ts';
import { pageScheme } from './window-guards.ts';

export const privilegedSchemes: CustomScheme[] = [
  // A worker fetches its WebAssembly; other origins still cannot, since "corsEnabled" is left out.
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  { scheme: desktopImageScheme, privileges: { standard: true, secure: true } },
];

const pageHost = 'pages';

export function handlePages(protocol: Protocol, net: Net, pagesFolder: string): void {
  protocol.handle(pageScheme, async ({ url }) => {
    const address = new URL(url);
    const file = pageFile(pagesFolder, address);
    if (!file) return new Response('Not found', { status: 404 });
    const found = await net.fetch(pathToFileURL(file).href).catch(() => null);
    if (!found?.ok) return new Response('Not found', { status: 404 });
    const headers = new Headers(desktopHeaders(address.pathname));
    headers.set('Content-Type', found.headers.get('Content-Type') ?? 'application/octet-stream');
    return new Response(found.body, { headers });
  });
}

/** A file below the folder, or null for an address that leads out of it. */
function pageFile(pagesFolder: string, { host, pathname }: URL): string | null {
  if (host !== pageHost) return null;
  let relative: string;
  try {
    relative = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (relative.includes('\0') || relative.includes('\\')) return null;
  const file = path.resolve(pagesFolder, `.${relative}`);
  return file !== pagesFolder && isInsideOrSame(pagesFolder, file) ? file : null;
}

export function handleImages(protocol: Protocol, host: Pick<HostProcess, 'loadImage'>): void {
  protocol.handle(desktopImageScheme, async ({ url }) => {
    const { pathname, search } = new URL(url);
    const wanted = parseImagePath(pathname, search.slice(1));
    const picture = wanted ? await host.loadImage(wanted).catch(() => null) : null;
    if (!picture) return new Response('No such image', { status: 404 });
    const bytes = Uint8Array.from(picture.bytes);
    return new Response(bytes, { headers: { ...imageHeaders, 'Content-Type': picture.mimeType } });
  });
}
