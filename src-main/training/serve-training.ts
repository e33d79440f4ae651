/** The worker's side of the conversation, over any port: a thread's, or in tests a channel's. */
import { rankSuspicion } from '../core/ranking/rank-suspicion.ts';
import type { EngineEnvironment } from '../engines/known-engines.ts';
import type { TrainingJob } from '../services/ports.ts';
import type { TrainingReply, TrainingRequest, Unnumbered } from './messages.ts';
import { toPlainError, transferables } from './messages.ts';
import { RunControl } from './run-control.ts';
import { runJob } from './run-job.ts';

/** The part of a MessagePort that is needed. */
export interface WorkerSidePort {
  on(event: 'message', listener: (request: TrainingRequest) => void): unknown;
  postMessage(reply: TrainingReply, transfer?: readonly ArrayBuffer[]): void;
  close(): void;
}

/** Serves one job, then closes the port. */
export function serveTraining(port: WorkerSidePort, environment: EngineEnvironment): void {
  const session = new TrainingSession(port, environment);
  port.on('message', (request) => {
    session.handle(request);
  });
}

class TrainingSession {
  readonly #port: WorkerSidePort;
  readonly #environment: EngineEnvironment;
  readonly #control = new RunControl();
  #sequence = 0;
  #acknowledge: ((replySequence: number) => void) | null = null;

  constructor(port: WorkerSidePort, environment: EngineEnvironment) {
    this.#port = port;
    this.#environment = environment;
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
      for await (const event of runJob(job, this.#control, rankSuspicion, this.#environment)) {
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
