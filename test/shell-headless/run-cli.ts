/** Runs the real command line in a process of its own, as a user would. */
import { spawn } from 'node:child_process';
import path from 'node:path';

const launcher = path.resolve(import.meta.dirname, '../../src-main/shell-headless/touchstone.mjs');

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly finished: Promise<CliRun>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once standard error has held the text. */
  printed(text: string): Promise<void>;
}

/** home: the folder for what the app remembers, so that tests leave the user's own alone. */
export function startCli(home: string, args: readonly string[]): CliProcess {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...process.env, TOUCHSTONE_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<CliRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (stderr.includes(text) || stdout.includes(text)) resolve();
      };
      child.stderr.on('data', check);
      child.stdout.on('data', check);
      child.once('close', () => reject(new Error(`Ended without printing "${text}": ${stdout}${stderr}`)));
      check();
    });
  return { finished, printed, kill: (signal) => child.kill(signal) };
}

export function runCli(home: string, args: readonly string[]): Promise<CliRun> {
  return startCli(home, args).finished;
}
