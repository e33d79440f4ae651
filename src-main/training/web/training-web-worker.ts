/** Entry of the Web Worker that computes with the browser's own WebGPU, or its threads. Its first message brings the port to the host. */
import './browser-globals.ts';
import type { WindowEngine } from '../../core/engine-check.ts';
import { chooseEngine } from '../../engines/choose-engine.ts';
import type { Engine } from '../../engines/engine.ts';
import type { CheckAnswer } from '../../engines/run-check.ts';
import { selfCheck } from '../../engines/self-check/self-check.ts';
import { startChecked } from '../../engines/start-checked.ts';
import { browserWasmEngine } from '../../engines/wasm/browser-wasm-engine.ts';
import { browserHost } from '../../engines/webgpu/browser-host.ts';
import { createWebgpuEngine } from '../../engines/webgpu/webgpu-engine.ts';
import { createPieceReceiver } from '../job-pieces.ts';
import { serveTraining } from '../serve-training.ts';
import type { WebReply, WebRequest } from './web-messages.ts';

/** The parts of a browser's port and worker that are needed; this folder is compiled without the DOM's types. */
interface BrowserPort {
  onmessage: ((event: { readonly data: WebRequest }) => void) | null;
  postMessage(message: WebReply, transfer: readonly ArrayBuffer[]): void;
  addEventListener(type: 'close', listener: () => void): void;
  close(): void;
}
interface BrowserWorker {
  onmessage: ((event: { readonly ports: readonly BrowserPort[] }) => void) | null;
  /** Tells the page that nothing more is to be expected. */
  postMessage(message: 'ended'): void;
}

const surroundings = globalThis as unknown as BrowserWorker;
const engines: Readonly<Record<WindowEngine, Engine>> = {
  webgpu: createWebgpuEngine(browserHost),
  wasm: browserWasmEngine,
};

surroundings.onmessage = ({ ports: [port] }) => {
  if (port !== undefined) serve(port);
};

function serve(port: BrowserPort): void {
  const end = (): void => {
    port.close();
    surroundings.postMessage('ended');
  };
  port.addEventListener('close', end);
  let engine = engines.wasm;
  let receive: (message: WebRequest) => void = () => undefined;
  serveTraining(
    {
      on: (_event, listener) => {
        const receivePiece = createPieceReceiver(listener, allocate);
        receive = (message) => {
          if (message.kind === 'engine') engine = engines[message.engine];
          else if (message.kind !== 'check') receivePiece(message);
          else
            void check(engine)
              .then((answer) => port.postMessage({ kind: 'checked', answer }, []))
              .then(end);
        };
      },
      postMessage: (reply, transfer = []) => port.postMessage({ kind: 'reply', reply }, transfer),
      close: end,
    },
    (choice) => chooseEngine(choice, { engines: [engine], startTrusted: startChecked }),
  );
  port.onmessage = ({ data }) => receive(data);
}

async function check(engine: Engine): Promise<CheckAnswer> {
  try {
    const ready = await engine.start();
    const result = await selfCheck(ready);
    ready.dispose();
    return { check: result };
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}

/** Memory is shared with nobody here, and a page that is not isolated may not share any: an ordinary buffer does the same. */
function allocate(byteLength: number): SharedArrayBuffer {
  return new ArrayBuffer(byteLength) as unknown as SharedArrayBuffer;
}
