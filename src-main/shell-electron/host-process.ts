/** The main side of the host: starts its process, hands it the pages' ports, asks it for pictures, and starts it again after a crash. */
import { createBirpc } from 'birpc';
import type { BirpcReturn } from 'birpc';
import { dialog, utilityProcess } from 'electron';
import type { MessagePortMain, UtilityProcess } from 'electron';
import type { ImageRequest } from '../contract/image-address.ts';
import type { ReportBug } from '../contract/wire-error.ts';
import type { Picture } from '../media/thumbnails.ts';
import { closeComputeWindow, closeComputeWindows, openComputeWindow } from './compute-windows.ts';
import type { ComputePortMessage, HostCalls, MainCalls } from './host-messages.ts';
import { pagePortMessage } from './host-messages.ts';

export interface HostProcessOptions {
  /** The bundled host.js. */
  readonly script: string;
  readonly userDataFolder: string;
  readonly reportBug: ReportBug;
}

type Calls = BirpcReturn<HostCalls, MainCalls, false>;

/** Crashes within a minute of each other that are taken for a fault which starting again does not mend. */
const maxCrashes = 3;
const crashWindowMs = 60_000;
const closePatienceMs = 15_000;

export class HostProcess {
  readonly #options: HostProcessOptions;
  #process: UtilityProcess;
  #calls: Calls;
  #crashes: readonly number[] = [];
  #isClosing = false;
  #isClosed = false;

  constructor(options: HostProcessOptions) {
    this.#options = options;
    this.#process = this.#fork();
    this.#calls = connect(this.#process);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Gives a page its line. It closes when the host ends; the page then asks for another. */
  connectPage(port: MessagePortMain): void {
    this.#process.postMessage(pagePortMessage, [port]);
  }

  loadImage(request: ImageRequest): Promise<Picture | null> {
    return this.#calls.$call('loadImage', request);
  }

  /** Ends the host once its work is safe, or after 15 s. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const patience = new Promise((resolve) => setTimeout(resolve, closePatienceMs).unref());
    await Promise.race([this.#calls.$call('close').catch(this.#options.reportBug), patience]);
    this.#process.kill();
    this.#isClosed = true;
  }

  #fork(): UtilityProcess {
    const { script, userDataFolder } = this.#options;
    const env = { ...process.env, TOUCHSTONE_HOME: userDataFolder };
    const forked = utilityProcess.fork(script, [], { serviceName: 'Touchstone host', env });
    forked.on('exit', (code) => this.#onExit(code));
    return forked;
  }

  #onExit(code: number): void {
    this.#calls.$close();
    // Nobody is left to listen to what they compute.
    closeComputeWindows();
    if (this.#isClosing) return;
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((atMs) => now - atMs < crashWindowMs), now];
    const reportId = this.#options.reportBug(new Error(`The host ended with exit code ${code}`));
    if (this.#crashes.length < maxCrashes) {
      this.#process = this.#fork();
      this.#calls = connect(this.#process);
      return;
    }
    const advice = 'Every decision is kept. Start Touchstone again; if it happens again, report it.';
    dialog.showErrorBox('Touchstone stopped working', `${advice}\n\nThe log names it under ${reportId}.`);
  }
}

function connect(process: UtilityProcess): Calls {
  const calls: MainCalls = {
    openComputeWindow: async (id) => {
      const port = await openComputeWindow(id);
      process.postMessage({ computeWindowId: id } satisfies ComputePortMessage, [port]);
    },
    closeComputeWindow,
  };
  return createBirpc<HostCalls, MainCalls, false>(calls, {
    proxify: false,
    timeout: -1,
    post: (message) => process.postMessage(message),
    on: (listener) => void process.on('message', listener),
  });
}
