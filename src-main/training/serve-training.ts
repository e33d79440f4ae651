/** The worker's side of the conversation, over any port: a thread's, or in tests a channel's. */
import { throwIfCancelled } from '../core/errors.ts';
import type { TrainingEvent, TrainingJob } from '../services/ports/training-runner.ts';
import type { TrainingReply, TrainingRequest, Unnumbered } from './messages.ts';
import { toPlainError, transferables } from './messages.ts';
import { RunControl } from './run-control.ts';
import { runJob } from './run-job.ts';
import type { StartEngine } from './run-job.ts';

/** The part of a MessagePort that is needed. */
export interface WorkerSidePort {
  on(event: 'message', listener: (request: TrainingRequest) => void): unknown;
  postMessage(reply: TrainingReply, transfer?: readonly ArrayBuffer[]): void;
  close(): void;
}

/** Serves one job, then closes the port. `run` takes the place of the real run where that is watched from within. */
export function serveTraining(port: WorkerSidePort, startEngine: StartEngine, run: typeof runJob = runJob): void {
  const session = new TrainingSession(port, startEngine, run);
  port.on('message', (request) => {
    session.handle(request);
  });
}

class TrainingSession {
  readonly #port: WorkerSidePort;
  readonly #startEngine: StartEngine;
  readonly #run: typeof runJob;
  readonly #control = new RunControl();
  #sequence = 0;
  /** The reply of the epoch that is being written, and what waits for its end. Null while none is. */
  #unwritten: { readonly sequence: number; readonly written: () => void; readonly ended: Promise<void> } | null = null;

  constructor(port: WorkerSidePort, startEngine: StartEngine, run: typeof runJob) {
    this.#port = port;
    this.#startEngine = startEngine;
    this.#run = run;
    this.#control.signal.addEventListener('abort', () => this.#unwritten?.written());
  }

  handle(request: TrainingRequest): void {
    switch (request.kind) {
      case 'start':
        void this.#serve(request.job);
        return;
      case 'pause':
        this.#control.pause();
        return;
      case 'resume':
        this.#control.resume();
        return;
      case 'cancel':
        this.#control.cancel();
        return;
      case 'acknowledge':
        if (this.#unwritten?.sequence === request.replySequence) this.#unwritten.written();
    }
  }

  async #serve(job: TrainingJob): Promise<void> {
    try {
      for await (const event of this.#run(job, this.#control, this.#startEngine)) {
        if (mustFindAllWritten(event)) await this.#allWritten();
        this.#send({ kind: 'event', event }, transferables(event));
        if (event.kind === 'epoch-done') this.#expectWritten(this.#sequence);
      }
    } catch (error) {
      this.#send({ kind: 'failed', error: toPlainError(error) });
    } finally {
      this.#port.close();
    }
  }

  #expectWritten(sequence: number): void {
    let written = (): void => undefined;
    const ended = new Promise<void>((resolve) => (written = resolve));
    this.#unwritten = { sequence, written, ended };
  }

  /** Ends the wait, with `cancelled`, when the run is cancelled: nobody may be left to acknowledge. */
  async #allWritten(): Promise<void> {
    await this.#unwritten?.ended;
    this.#unwritten = null;
    throwIfCancelled(this.#control.signal);
  }

  #send(reply: Unnumbered<TrainingReply>, transfer: readonly ArrayBuffer[] = []): void {
    this.#sequence += 1;
    this.#port.postMessage({ ...reply, sequence: this.#sequence }, transfer);
  }
}

/**
 * One epoch may be computed while the one before is written, not two; and who hears that a run is paused or finished may take it that
 * nothing is left to write. A failure needs no wait: it is read after every epoch that was sent before it.
 */
function mustFindAllWritten(event: TrainingEvent): boolean {
  return event.kind !== 'progress' || event.isPaused;
}
