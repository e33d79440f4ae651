/** `npm start`: builds what is missing, then opens the window; where there can be none, the same app in the browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { isTouchstoneError } from '../core/errors.ts';
import { ensureBuilt } from './build-app.ts';
import { findElectron } from './find-electron.ts';

const root = path.resolve(import.meta.dirname, '../..');
const commandLine = path.join(import.meta.dirname, 'cli', 'main.ts');

/** Runs a program in our place: its output, Ctrl-C and exit code are ours. */
async function become(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, as it shares the terminal; it then ends in its own time.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as readonly unknown[];
  process.exitCode = typeof code === 'number' ? code : 1;
}

async function start(): Promise<void> {
  const say = (line: string): void => console.log(line);
  await ensureBuilt(say);
  const search = await findElectron(say);
  if ('binary' in search) return become(search.binary, ['.']);
  say(`${search.missing}: serving Touchstone to the browser instead of opening a window.`);
  await become(process.execPath, [commandLine, 'serve', '--open', ...process.argv.slice(2)]);
}

try {
  await start();
} catch (error) {
  if (!isTouchstoneError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
