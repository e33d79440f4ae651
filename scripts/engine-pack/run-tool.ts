import { spawnSync } from 'node:child_process';

/** Runs a tool of the build with its output on ours. Throws where it is missing or fails, naming what it was for. */
export function runTool(purpose: string, command: string, args: readonly string[], folder?: string): void {
  const result = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  if (result.error)
    throw new Error(`${purpose}: ${command} cannot be run (${result.error.message}). Install it first.`);
  if (result.status !== 0) throw new Error(`${purpose}: ${command} ended with ${result.status ?? result.signal}.`);
}
