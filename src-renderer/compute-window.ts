/**
 * Page of the hidden window whose Web Worker computes on Chromium's WebGPU: starts the worker and hands it the port to the host.
 * The worker is part of the training, not of the pages; nothing of it is loaded here.
 */
import { computePortMessage } from '../src-main/contract/desktop-bridge.ts';

addEventListener('message', ({ data, origin, ports: [port] }: MessageEvent) => {
  if (data !== computePortMessage || origin !== location.origin || port === undefined) return;
  const worker = new Worker(new URL('../src-main/training/web/training-web-worker.ts', import.meta.url), {
    type: 'module',
  });
  // The window goes with its worker, however that ends; the host notices by its port.
  worker.onmessage = () => window.close();
  worker.onerror = () => window.close();
  worker.postMessage(null, [port]);
});
