/** A port from this process to a page, with the manners of Electron's: what is posted on one side arrives on the other. */
import { EventEmitter } from 'node:events';
import type { Page } from 'playwright-core';
import type { ComputeWindow } from '../../src-main/shell-electron/compute-peer.ts';
import { computePortMessage } from '../../src-main/contract/desktop-bridge.ts';

/** Hands the page the other end. The port closes when the page does. */
export async function openPortToPage(page: Page): Promise<ComputeWindow> {
  const events = new EventEmitter();
  let isOpen = true;
  const waiting: unknown[] = [];
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    events.emit('close');
  };
  page.once('close', close);
  page.once('crash', close);
  await page.exposeFunction('fromWorker', (data: unknown) => {
    const message = { data };
    if (events.listenerCount('message') > 0) events.emit('message', message);
    else waiting.push(message);
  });
  await page.evaluate(connectInPage, computePortMessage);
  const port = Object.assign(events, {
    postMessage: (message: unknown) => void page.evaluate(postInPage, message).catch(() => undefined),
    start: () => waiting.splice(0).forEach((message) => events.emit('message', message)),
    close,
  });
  return {
    port: port as unknown as ComputeWindow['port'],
    close: () => {
      close();
      void page.close().catch(() => undefined);
    },
  };
}

/** Runs in the page; Playwright carries typed arrays over in both directions. */
function connectInPage(portMessage: string): void {
  const page = globalThis as unknown as PageGlobals;
  const { port1, port2 } = new MessageChannel();
  page.toWorker = port1 as unknown as PageGlobals['toWorker'];
  page.toWorker.onmessage = ({ data }) => void page.fromWorker(data);
  page.postMessage(portMessage, page.location.origin, [port2]);
}

function postInPage(message: unknown): void {
  (globalThis as unknown as PageGlobals).toWorker.postMessage(message);
}

/** The parts of the page that are needed; specs are compiled without the DOM's types. */
interface PageGlobals {
  readonly location: { readonly origin: string };
  toWorker: { onmessage: (event: { readonly data: unknown }) => void; postMessage(message: unknown): void };
  fromWorker(data: unknown): Promise<void>;
  postMessage(message: string, origin: string, ports: readonly unknown[]): void;
}
