/** The reference scores in a thread of their own while a run trains: they need its vectors and labels alone. */
import type { Worker } from 'node:worker_threads';
import type { ReferenceInput, ReferenceScores } from '../core/ranking/reference-scores.ts';
import type { ReducedVectors } from '../core/ranking/reduce-vectors.ts';
import { guidedMethods } from '../core/reweight/run-settings.ts';
import type { ChosenEngine } from '../engines/choose-engine.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';

/** Without its signal: it travels to another thread. */
export type SentReferenceInput = Omit<ReferenceInput, 'signal' | 'unreduced'>;

export interface ReferencesBeside {
  /** Null where the thread was stopped or broke down: whoever wants them computes them. Never rejects. */
  readonly scores: Promise<ReferenceScores | null>;
  stop(): void;
}

export type StartReferences = (input: SentReferenceInput) => ReferencesBeside;

/** `createWorker` starts a thread with reference-worker.ts as its entry. */
export function referencesInThread(createWorker: () => Worker): StartReferences {
  return (input) => {
    const worker = createWorker();
    const stop = (): void => void worker.terminate();
    const scores = new Promise<ReferenceScores | null>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', () => resolve(null));
      worker.once('exit', () => resolve(null));
      worker.postMessage(input);
    });
    return { scores: scores.finally(stop), stop };
  };
}

/** Null where nobody will ask for them, or where another engine would give other numbers than the run's. Cancelling stops them, so that nobody waits for them. */
export function startReferencesOf(
  { settings, classCount, labels, trusted }: TrainingJob,
  reduced: ReducedVectors | null,
  { engine }: ChosenEngine,
  start: StartReferences | null,
  signal: AbortSignal,
): ReferencesBeside | null {
  if (start === null || reduced === null || engine.name !== 'wasm' || !guidedMethods.includes(settings.method))
    return null;
  const { vectors, dimensions } = reduced;
  const beside = start({ vectors, dimensions, classCount, givenLabels: labels, trusted, seed: settings.seed });
  signal.addEventListener('abort', () => beside.stop(), { once: true });
  return beside;
}
