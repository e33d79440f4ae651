/** The built page of the hidden window in headless Chromium, served as Electron serves it, or without what isolates it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import sirv from 'sirv';
import type { ComputeWindow } from '../../src-main/shell-electron/compute-peer.ts';
import { desktopHeaders } from '../../src-main/shell-headless/http/response-headers.ts';
import { openPortToPage } from './page-port.ts';

/** WebGPU on the processor, which is there everywhere. */
const flags = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

export interface HiddenPages {
  /** What Electron's main process does with a hidden window. */
  readonly open: () => Promise<ComputeWindow>;
  /** The same where the page is isolated from nobody, as in an Electron that ignored the headers. */
  readonly openPlain: () => Promise<ComputeWindow>;
  /** All that were opened. */
  readonly pages: readonly Page[];
  close(): Promise<void>;
}

export async function startHiddenPages(program: string): Promise<HiddenPages> {
  const browser = await chromium.launch({ executablePath: program, args: flags });
  const isolated = await serve(desktopHeaders);
  const plain = await serve((pathname) =>
    Object.fromEntries(Object.entries(desktopHeaders(pathname)).filter(([name]) => !name.includes('Embedder'))),
  );
  const pages: Page[] = [];
  return {
    open: () => open(browser, isolated, pages),
    openPlain: () => open(browser, plain, pages),
    pages,
    close: async () => {
      await browser.close();
      isolated.close();
      plain.close();
    },
  };
}

async function open(browser: Browser, server: Server, pages: Page[]): Promise<ComputeWindow> {
  const page = await browser.newPage();
  pages.push(page);
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://localhost:${port}/compute-window.html`);
  return openPortToPage(page);
}

async function serve(headers: typeof desktopHeaders): Promise<Server> {
  const files = sirv(path.resolve(import.meta.dirname, '../../out/renderer'));
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers(request.url ?? ''))) response.setHeader(name, value);
    files(request, response);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}
