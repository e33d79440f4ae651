/** The host's side of a hidden window that computes: a training peer for the runner, and the self-checks of the engines in it. */
import type { MessagePortMain } from 'electron';
import type { EngineCheck, WindowEngine } from '../core/engine-check.ts';
import { isTouchstoneError, throwIfCancelled, TouchstoneError } from '../core/errors.ts';
import { writeCheck } from '../engines/check-records.ts';
import type { CheckAnswer, CheckEngine, CheckRequest } from '../engines/run-check.ts';
import { sendInPieces } from '../training/job-pieces.ts';
import type { WebReply, WebRequest } from '../training/web/web-messages.ts';
import type { TrainingReply, TrainingRequest } from '../training/messages.ts';
import type { TrainingPeer } from '../training/worker-runner.ts';

export interface ComputeWindow {
  readonly port: MessagePortMain;
  close(): void;
}

export type OpenComputeWindow = () => Promise<ComputeWindow>;

/** A window of its own for one job, which computes on this engine. */
export function startComputePeer(openWindow: OpenComputeWindow, engine: WindowEngine): TrainingPeer {
  return new ComputePeer(openWindow(), engine);
}

class ComputePeer implements TrainingPeer {
  readonly #window: Promise<ComputeWindow>;
  readonly #ended: Promise<string>;
  #sending: Promise<unknown>;

  constructor(window: Promise<ComputeWindow>, engine: WindowEngine) {
    this.#window = window;
    this.#sending = window.then(({ port }) => port.postMessage({ kind: 'engine', engine } satisfies WebRequest));
    this.#ended = window.then(
      ({ port }) => new Promise((resolve) => port.once('close', () => resolve('the window that computes ended'))),
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

/**
 * Checks WebGPU in a window of its own, WebAssembly in one too, and every engine but WebGPU with `others`; of WebAssembly's two
 * checks the faster is the answer. What the window's found is remembered.
 */
export function checkInComputeWindow(openWindow: OpenComputeWindow, others: CheckEngine): CheckEngine {
  return async (request, signal) => {
    if (request.engine === 'webgpu') return checkWindowEngine(openWindow, 'webgpu', request, signal);
    const check = await others(request, signal);
    if (request.engine !== 'wasm') return check;
    const inWindow = await checkWindowEngine(openWindow, 'wasm', request, signal).catch(nullWhereUnavailable);
    return inWindow?.passed === true && examplesPerSecond(inWindow) > examplesPerSecond(check) ? inWindow : check;
  };
}

function examplesPerSecond({ speed }: EngineCheck): number {
  return speed.examplesPerSecond ?? 0;
}

function nullWhereUnavailable(error: unknown): null {
  if (isTouchstoneError(error, 'engine-unavailable')) return null;
  throw error;
}

/** Resolves with what the check found, failed ones included; rejects with `engine-unavailable` or `cancelled`. */
export async function checkWindowEngine(
  openWindow: OpenComputeWindow,
  engine: WindowEngine,
  { enginesFolder }: CheckRequest,
  signal?: AbortSignal,
): Promise<EngineCheck> {
  const window = await openWindow().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TouchstoneError('engine-unavailable', `No window to compute in: ${reason}`, {
      details: { engine },
      cause,
    });
  });
  const stop = (): void => window.close();
  signal?.addEventListener('abort', stop);
  let answer: CheckAnswer;
  try {
    answer = await askForCheck(window.port, engine);
  } finally {
    signal?.removeEventListener('abort', stop);
    window.close();
  }
  throwIfCancelled(signal);
  if (enginesFolder !== null) remember(enginesFolder, engine, answer);
  if ('check' in answer) return answer.check;
  throw new TouchstoneError('engine-unavailable', answer.unavailable, { details: { engine } });
}

function remember(enginesFolder: string, engine: WindowEngine, answer: CheckAnswer): void {
  const record = { engine: `${engine}-window` } as const;
  if ('check' in answer)
    writeCheck(enginesFolder, { ...record, state: 'ended', checkedAtMs: Date.now(), check: answer.check });
  else writeCheck(enginesFolder, { ...record, state: 'absent', foundAtMs: Date.now(), reason: answer.unavailable });
}

function askForCheck(port: MessagePortMain, engine: WindowEngine): Promise<CheckAnswer> {
  return new Promise((resolve) => {
    port.on('message', ({ data }) => {
      const message = data as WebReply;
      if (message.kind === 'checked') resolve(message.answer);
    });
    port.once('close', () => resolve({ unavailable: 'Its window ended in the middle of the check.' }));
    port.start();
    port.postMessage({ kind: 'engine', engine } satisfies WebRequest);
    port.postMessage({ kind: 'check' } satisfies WebRequest);
  });
}
