/** The host's side of a hidden window that computes: a training peer for the runner, and the self-check of the engine in it. */
import type { MessagePortMain } from 'electron';
import { TouchstoneError } from '../core/errors.ts';
import type { CheckAnswer, CheckEngine } from '../engines/run-check.ts';
import { sendInPieces } from '../training/job-pieces.ts';
import type { WebReply, WebRequest } from '../training/web/web-messages.ts';
import type { TrainingReply, TrainingRequest } from '../training/messages.ts';
import type { TrainingPeer } from '../training/worker-runner.ts';

export interface GpuWindow {
  readonly port: MessagePortMain;
  close(): void;
}

export type OpenGpuWindow = () => Promise<GpuWindow>;

/** A window of its own for one job. */
export function startGpuPeer(openWindow: OpenGpuWindow): TrainingPeer {
  return new GpuPeer(openWindow());
}

class GpuPeer implements TrainingPeer {
  readonly #window: Promise<GpuWindow>;
  readonly #ended: Promise<string>;
  #sending: Promise<unknown>;

  constructor(window: Promise<GpuWindow>) {
    this.#window = window;
    this.#sending = window;
    this.#ended = window.then(
      ({ port }) =>
        new Promise((resolve) =>
          port.once('close', () => resolve('the window that computes on the graphics card ended')),
        ),
      (error: unknown) => `no window to compute in: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  onReply(listener: (reply: TrainingReply) => void): void {
    this.#listen((message) => {
      if (message.kind === 'reply') listener(message.reply);
    });
  }

  /** What goes wrong ends the window, and that is told. */
  onError(): void {}

  onEnd(listener: (reason: string) => void): void {
    void this.#ended.then(listener);
  }

  send(request: TrainingRequest): void {
    this.#sending = this.#sending
      .then(() => this.#window)
      .then(({ port }) => sendInPieces(request, async (message: WebRequest) => port.postMessage(message)))
      .catch(() => undefined);
  }

  async terminate(): Promise<void> {
    const window = await this.#window.catch(() => null);
    window?.close();
  }

  #listen(listener: (message: WebReply) => void): void {
    this.#window.then(
      ({ port }) => {
        port.on('message', ({ data }) => listener(data as WebReply));
        port.start();
      },
      () => undefined,
    );
  }
}

/** Checks WebGPU in a window of its own, and every other engine with `others`. */
export function checkInGpuWindow(openWindow: OpenGpuWindow, others: CheckEngine): CheckEngine {
  return async (request, signal) => {
    if (request.engine !== 'webgpu') return others(request, signal);
    const window = await openWindow();
    const stop = (): void => window.close();
    signal?.addEventListener('abort', stop);
    try {
      const answer = await askForCheck(window.port);
      if ('check' in answer) return answer.check;
      throw new TouchstoneError('engine-unavailable', answer.unavailable, { details: { engine: 'webgpu' } });
    } finally {
      signal?.removeEventListener('abort', stop);
      window.close();
    }
  };
}

function askForCheck(port: MessagePortMain): Promise<CheckAnswer> {
  return new Promise((resolve) => {
    port.on('message', ({ data }) => {
      const message = data as WebReply;
      if (message.kind === 'checked') resolve(message.answer);
    });
    port.once('close', () => resolve({ unavailable: 'Its window ended in the middle of the check.' }));
    port.start();
    port.postMessage({ kind: 'check' } satisfies WebRequest);
  });
}
