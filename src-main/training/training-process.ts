/**
 * A training process that looks like a training thread to the runner: a crash of native code ends it and nothing else. Shared
 * memory does not reach another process, so the job's inputs are copied over, in pieces.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { EngineEnvironment } from '../engines/known-engines.ts';
import { heapRoom } from '../system/heap-room.ts';
import { sendInPieces } from './job-pieces.ts';
import type { PieceMessage } from './job-pieces.ts';
import type { TrainingReply, TrainingRequest } from './messages.ts';
import type { TrainingPeer } from './worker-runner.ts';

/** Starts training-process-entry.ts (or `entry`). */
export function startTrainingProcess(
  environment: EngineEnvironment,
  entry: URL = new URL('./training-process-entry.ts', import.meta.url),
): TrainingPeer {
  const args = [JSON.stringify(environment)];
  return new TrainingProcess(
    fork(entry, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, heapRoom],
    }),
  );
}

class TrainingProcess implements TrainingPeer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #sending: Promise<void> = Promise.resolve();

  constructor(child: ChildProcess) {
    this.#child = child;
    // What the process said before it ended is read until the channel closes, which may be after its exit.
    const closed = new Promise<void>((resolve) => child.once('disconnect', resolve));
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    this.#ended = Promise.all([exited, closed]).then(([reason]) => reason);
  }

  onReply(listener: (reply: TrainingReply) => void): void {
    this.#child.on('message', listener);
  }

  onError(listener: (error: unknown) => void): void {
    this.#child.on('error', listener);
  }

  onEnd(listener: (reason: string) => void): void {
    void this.#ended.then(listener);
  }

  send(request: TrainingRequest): void {
    // A process that is gone is noticed by its end.
    this.#sending = this.#sending
      .then(() => sendInPieces(request, (message) => this.#post(message)))
      .catch(() => undefined);
  }

  async terminate(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #post(message: PieceMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.send(message, (error) => (error === null ? resolve() : reject(error)));
    });
  }
}
