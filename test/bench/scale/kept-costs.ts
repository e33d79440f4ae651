/** What each step of a job cost, kept in a file as it goes along, so that a job that was stopped goes on after its last finished step. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export const steps = [
  'files',
  'import',
  'trust',
  'embed',
  'train and rank',
  'browse',
  'bulk decision',
  'export plan',
] as const;
export type Step = (typeof steps)[number];

export interface Cost {
  readonly seconds: number;
  /** Of all threads together: other programs on the machine lengthen it little. */
  readonly processorSeconds: number;
  /** Largest resident memory of the process, all of its threads included, while the step ran. */
  readonly bytes: number;
}

interface Kept {
  readonly finished: Partial<Record<Step, Cost>>;
  /** Of a step that was stopped: what it had cost by then. */
  readonly begun: { readonly step: Step; readonly cost: Cost } | null;
}

const lookEveryMs = 100;
const keepEveryMs = 5000;

export class KeptCosts {
  readonly #file: string;
  #kept: Kept;

  constructor(file: string) {
    this.#file = file;
    this.#kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : { finished: {}, begun: null };
  }

  of(step: Step): Cost | null {
    return this.#kept.finished[step] ?? null;
  }

  /** Does the work, unless it was done before. What an earlier attempt cost counts too. */
  async measure(step: Step, work: () => unknown): Promise<void> {
    if (this.of(step) !== null) return;
    const earlier = this.#kept.begun?.step === step ? this.#kept.begun.cost : nothing;
    const meter = startMeter(earlier);
    const looking = setInterval(meter, lookEveryMs);
    const keeping = setInterval(() => this.#keep({ begun: { step, cost: meter() } }), keepEveryMs);
    try {
      await work();
    } finally {
      clearInterval(looking);
      clearInterval(keeping);
    }
    this.#keep({ finished: { ...this.#kept.finished, [step]: meter() }, begun: null });
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    writeFileSync(this.#file, JSON.stringify(this.#kept, null, 2));
  }
}

const nothing: Cost = { seconds: 0, processorSeconds: 0, bytes: 0 };

/** Returns what says the cost so far; memory is looked at whenever it is asked. */
function startMeter(earlier: Cost): () => Cost {
  let { bytes } = earlier;
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  return () => {
    bytes = Math.max(bytes, process.memoryUsage.rss());
    const { user, system } = process.cpuUsage(before);
    return {
      seconds: earlier.seconds + (performance.now() - startedAtMs) / 1000,
      processorSeconds: earlier.processorSeconds + (user + system) / 1e6,
      bytes,
    };
  };
}
