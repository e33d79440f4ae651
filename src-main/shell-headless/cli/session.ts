/** One use of the command line: the services, made when first needed, and the words for the terminal. */
import type { MethodInput, MethodName, MethodOutput } from '../../contract/methods.ts';
import type { JobId, JobKind, JobResults, JobState, ProjectStatus } from '../../contract/payloads.ts';
import { TouchstoneError } from '../../core/errors.ts';
import { createHost, type Host } from '../create-host.ts';
import { createTerminal, formatSeconds, type Terminal } from './terminal.ts';

export class CliSession {
  readonly terminal: Terminal;
  readonly #abort = new AbortController();
  #host: Promise<Host> | null = null;

  constructor(options: { readonly json: boolean }) {
    this.terminal = createTerminal(options);
  }

  /** Aborted by Ctrl-C. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort.abort();
  }

  host(): Promise<Host> {
    this.#host ??= createHost();
    return this.#host;
  }

  async call<M extends MethodName>(name: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
    const { services } = await this.host();
    return services.methods[name](input, { signal: this.signal });
  }

  openProject(folder: string): Promise<ProjectStatus> {
    return this.call('project/open', { folder });
  }

  /** Follows long work to its end, drawing its progress. Ctrl-C cancels it and waits until it has stopped cleanly. */
  async finish<K extends JobKind>(kind: K, jobId: JobId): Promise<JobResults[K]> {
    const { services } = await this.host();
    const line = this.terminal.progress();
    const cancel = () => void this.call('job/cancel', { jobId });
    this.signal.addEventListener('abort', cancel);
    try {
      const state = await services.jobs.wait(jobId, (current) => line.update(describeProgress(current)));
      return resultOf(kind, state);
    } finally {
      this.signal.removeEventListener('abort', cancel);
      line.stop();
    }
  }

  async close(): Promise<void> {
    const host = await this.#host?.catch(() => null);
    await host?.close();
  }
}

function describeProgress(state: JobState): { stage: string; done: number; total: number | null; detail: string } {
  const details: string[] = [];
  const { training } = state;
  if (training?.phase === 'training') {
    details.push(`epoch ${training.epochIndex + 1} of ${training.epochCount}`);
    if (training.examplesPerSecond) details.push(`${Math.round(training.examplesPerSecond)} images/s`);
  }
  if (training?.engine) details.push(training.engine);
  if (state.secondsLeft !== null) details.push(`${formatSeconds(state.secondsLeft)} left`);
  return { stage: state.stage, done: state.done, total: state.total, detail: details.join(', ') };
}

function resultOf<K extends JobKind>(kind: K, state: JobState): JobResults[K] {
  if (state.status === 'cancelled') throw new TouchstoneError('cancelled', 'Cancelled.');
  if (state.error) throw new TouchstoneError(state.error.code, state.error.message, { details: state.error.details });
  if (state.kind !== kind || state.result === null)
    throw new Error(`Job ${state.jobId} ended without a ${kind} result.`);
  return state.result as JobResults[K];
}
