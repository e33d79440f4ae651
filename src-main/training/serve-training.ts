/** The worker's side of the conversation, over any port: a thread's, or in tests a channel's. */
import type { TrainingJob } from '../services/ports/training-runner.ts';
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

/** Serves one job, then closes the port. */
export function serveTraining(port: WorkerSidePort, startEngine: StartEngine): void {
  const session = new TrainingSession(port, startEngine);
  port.on('message', (request) => {
    session.handle(request);
  });
}

class TrainingSession {
  readonly #port: WorkerSidePort;
  readonly #startEngine: StartEngine;
  readonly #control = new RunControl();
  #sequence = 0;
  #acknowledge: ((replySequence: number) => void) | null = null;

  constructor(port: WorkerSidePort, startEngine: StartEngine) {
    this.#port = port;
    this.#startEngine = startEngine;
    this.#control.signal.addEventListener('abort', () => this.#acknowledge?.(this.#sequence));
  }

  handle(request: TrainingRequest): void {
    switch (request.kind) {
      case 'start':
        void this.#run(request.job);
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
        this.#acknowledge?.(request.replySequence);
    }
  }

  async #run(job: TrainingJob): Promise<void> {
    try {
      for await (const event of runJob(job, this.#control, this.#startEngine)) {
        this.#send({ kind: 'event', event }, transferables(event));
        if (event.kind === 'epoch-done') await this.#acknowledgement(this.#sequence);
      }
    } catch (error) {
      this.#send({ kind: 'failed', error: toPlainError(error) });
    } finally {
      this.#port.close();
    }
  }

  /** Also ends when the run is cancelled: nobody may be left to acknowledge. */
  async #acknowledgement(sequence: number): Promise<void> {
    if (this.#control.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#acknowledge = (replySequence) => {
        if (replySequence === sequence) resolve();
      };
    });
  }

  #send(reply: Unnumbered<TrainingReply>, transfer: readonly ArrayBuffer[] = []): void {
    this.#sequence += 1;
    this.#port.postMessage({ ...reply, sequence: this.#sequence }, transfer);
  }
}
