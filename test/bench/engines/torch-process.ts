/** PyTorch in a process of its own, a step at a time, so that its steps can stand between ours. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface TorchSteps {
  readonly description: string;
  /** Milliseconds of one step: `plain`, or `double <M>`. */
  time(step: string): Promise<number>;
  close(): void;
}

/** Null where the interpreter (TOUCHSTONE_PYTHON, or python3) has no torch. */
export async function startTorch(batchSize: number, network: string, side: number): Promise<TorchSteps | null> {
  const python = process.env['TOUCHSTONE_PYTHON'] ?? 'python3';
  if (spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status !== 0) return null;
  const script = path.join(import.meta.dirname, 'torch-steps.py');
  const child = spawn(python, [script, String(batchSize), network, String(side)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done) throw new Error('PyTorch ended before it answered.');
    return line.value;
  };
  return {
    description: await nextLine(),
    time: async (step) => {
      child.stdin.write(`${step}\n`);
      return Number(await nextLine());
    },
    close: () => child.stdin.end(),
  };
}
