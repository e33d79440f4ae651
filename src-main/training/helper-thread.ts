/**
 * A ranking's helper in a thread of its own. While the run trains it computes the reference scores, which need its vectors and labels alone; then
 * its share of the ranking.
 */
import type { Worker } from 'node:worker_threads';
import type { FoldsFit, FoldsFitted, HelperInput, RankingHelper } from '../core/ranking/ranking-helper.ts';
import type { ReducedVectors } from '../core/ranking/reduce-vectors.ts';
import type { ReferenceScores } from '../core/ranking/reference-scores.ts';
import { guidedMethods } from '../core/reweight/run-settings.ts';
import type { ChosenEngine } from '../engines/choose-engine.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';

/** What the thread is asked for, the references first. */
export type HelperTask =
  | { readonly kind: 'references'; readonly input: HelperInput }
  | { readonly kind: 'fit-folds'; readonly fit: FoldsFit }
  | { readonly kind: 'evaluate-head'; readonly parameters: readonly Float32Array[] };

/** What it is told: a task once the last one is answered, `stop` at any time. */
export type HelperRequest = HelperTask | { readonly kind: 'stop' };

export interface HelperThread extends RankingHelper {
  /** There are no answers from now on. Resolves when the thread has ended. */
  stop(): Promise<void>;
}

export type StartHelper = (input: HelperInput) => HelperThread;

/** `createWorker` starts a thread with helper-worker.ts as its entry. */
export function helperInThread(createWorker: () => Worker): StartHelper {
  return (input) => new WorkerHelper(createWorker(), input);
}

class WorkerHelper implements HelperThread {
  readonly references: Promise<ReferenceScores | null>;
  readonly #worker: Worker;
  readonly #exit: Promise<void>;
  /** Takes the answer to the task under way; null where there is none. */
  #answered: ((answer: unknown) => void) | null = null;
  #isGone = false;

  constructor(worker: Worker, input: HelperInput) {
    this.#worker = worker;
    worker.on('message', (answer) => this.#settle(answer));
    worker.once('error', () => this.#end());
    this.#exit = new Promise((resolve) => worker.once('exit', () => resolve(this.#end())));
    this.references = this.#ask<ReferenceScores>({ kind: 'references', input });
  }

  fitFolds(fit: FoldsFit): Promise<FoldsFitted | null> {
    return this.#ask({ kind: 'fit-folds', fit });
  }

  evaluateHead(parameters: readonly Float32Array[]): Promise<Float32Array | null> {
    return this.#ask({ kind: 'evaluate-head', parameters });
  }

  /** The thread ends itself: one that is ended while onnxruntime (1.30) computes in it takes the whole process with it. */
  stop(): Promise<void> {
    this.#end();
    this.#worker.postMessage({ kind: 'stop' } satisfies HelperRequest);
    return this.#exit;
  }

  #ask<Answer>(task: HelperTask): Promise<Answer | null> {
    if (this.#isGone || this.#answered !== null) return Promise.resolve(null);
    this.#worker.postMessage(task);
    return new Promise<Answer | null>((resolve) => {
      this.#answered = (answer) => resolve(answer as Answer | null);
    });
  }

  #settle(answer: unknown): void {
    const answered = this.#answered;
    this.#answered = null;
    answered?.(answer);
  }

  #end(): void {
    this.#isGone = true;
    this.#settle(null);
  }
}

/** Null where nobody will ask for help, or where another engine would give other numbers than the run's. Cancelling stops it, so that nobody waits for it. */
export function startHelperOf(
  { settings, classCount, labels, trusted }: TrainingJob,
  reduced: ReducedVectors | null,
  { engine }: ChosenEngine,
  start: StartHelper | null,
  signal: AbortSignal,
): HelperThread | null {
  if (start === null || reduced === null || engine.name !== 'wasm' || !guidedMethods.includes(settings.method))
    return null;
  const { vectors, dimensions, penalty } = reduced;
  const { seed } = settings;
  const helper = start({ vectors, dimensions, classCount, givenLabels: labels, trusted, seed, penalty });
  signal.addEventListener('abort', () => void helper.stop(), { once: true });
  return helper;
}
