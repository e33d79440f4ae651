/** Entry of the utility process in which the services live, so that neither window nor menu ever waits for SQLite or sharp. */
import { createBirpc } from 'birpc';
import type { MessagePortMain } from 'electron';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { createHostPortChannel } from '../contract/port-channel.ts';
import { serveRpc } from '../contract/rpc-server.ts';
import { checkInThread } from '../engines/run-check.ts';
import { startComputePeer, checkInComputeWindow } from './compute-peer.ts';
import type { ComputeWindow } from './compute-peer.ts';
import { createHost, type Host } from '../shell-headless/create-host.ts';
import type { HostCalls, MainCalls } from './host-messages.ts';
import { isComputePortMessage, pagePortMessage } from './host-messages.ts';

/** Bundled beside this file; see electron.vite.config.ts. */
const startWorker = (name: string) => (workerData?: unknown) =>
  new Worker(path.join(import.meta.dirname, `${name}.js`), { workerData });

/** onnxruntime reads its models past Electron's archive, so an installed app has them outside of it. */
function backboneFolder(): string {
  const isPackaged = import.meta.dirname.includes('app.asar');
  const resources = isPackaged ? process.resourcesPath : path.join(import.meta.dirname, '../../resources');
  return path.join(resources, 'backbones');
}

function servePage(host: Host, port: MessagePortMain): void {
  const { services, reportBug } = host;
  serveRpc(createHostPortChannel(port), { handlers: services.methods, events: services.events, reportBug });
}

async function start(): Promise<void> {
  const { parentPort } = process;
  const computePorts = new Map<number, (port: MessagePortMain) => void>();
  let lastComputeWindow = 0;
  const openComputeWindow = async (): Promise<ComputeWindow> => {
    const id = ++lastComputeWindow;
    const arriving = new Promise<MessagePortMain>((resolve) => computePorts.set(id, resolve));
    try {
      await main.$call('openComputeWindow', id);
      return { port: await arriving, close: () => void main.$callEvent('closeComputeWindow', id) };
    } finally {
      computePorts.delete(id);
    }
  };
  // Ports that arrive while the host is being made wait in this promise.
  const ready = createHost({
    hasNativeDialogs: true,
    backboneFolder: backboneFolder(),
    // A Node process cannot be started from here: the app's fuses forbid it.
    checkEngine: checkInComputeWindow(openComputeWindow, checkInThread(startWorker('engine-check'))),
    startTrainingWorker: startWorker('training-worker'),
    startComputePeer: (engine) => startComputePeer(openComputeWindow, engine),
    startBackboneWorker: startWorker('backbone-worker'),
    startAnalysisWorker: startWorker('analysis-worker'),
  });
  const calls: HostCalls = {
    loadImage: async (request) => (await ready).images.load(request, new AbortController().signal),
    close: async () => (await ready).close(),
  };
  const main = createBirpc<MainCalls, HostCalls, false>(calls, {
    proxify: false,
    post: (message) => parentPort.postMessage(message),
    on: (listener) =>
      void parentPort.on('message', ({ data, ports: [port] }) => {
        if (isComputePortMessage(data) && port) computePorts.get(data.computeWindowId)?.(port);
        else if (data === pagePortMessage && port) void ready.then((host) => servePage(host, port));
        else listener(data);
      }),
  });
  await ready;
}

await start();
