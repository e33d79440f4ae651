/** Entry of the command line: parses, runs one command, and turns what happened into an exit code. */
import { CommanderError } from 'commander';
import { isTouchstoneError, type TouchstoneError } from '../../core/errors.ts';
import { createProgram } from './program.ts';
import { CliSession } from './session.ts';

/** Done, failed (or cancelled), and wrong use. */
const exitCodes = { done: 0, failed: 1, wrongUse: 2 } as const;

const session = new CliSession({ json: process.argv.includes('--json') });
let interrupts = 0;
const interrupt = () => {
  interrupts += 1;
  // The first asks the work to stop at a safe place; whoever presses again does not want to wait for that.
  if (interrupts > 1) process.exit(exitCodes.failed);
  session.terminal.note('Stopping. Press Ctrl-C again to end at once.');
  session.cancel();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// `touchstone rank ... | head` closes our output early: that is no failure, and what is being written or trained goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(exitCodes.failed);
  });
}

process.exitCode = await run();

async function run(): Promise<number> {
  try {
    await createProgram(session).parseAsync(process.argv);
    // A command may have set another one: `doctor --check` of a damaged project.
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    return report(error);
  } finally {
    await session.close();
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version end the program the same way as wrong use, with exit code 0. Commander has told people everything.
    if (error.exitCode === 0) return exitCodes.done;
    if (session.terminal.isJson) session.terminal.error({ code: 'wrong-use', message: error.message, details: {} });
    return exitCodes.wrongUse;
  }
  if (isTouchstoneError(error)) {
    session.terminal.error(error);
    return isWrongUse(error) ? exitCodes.wrongUse : exitCodes.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  session.terminal.error({
    code: 'internal',
    message: `This is a fault in Touchstone itself. Please report it.\n${stack}`,
    details: {},
  });
  return exitCodes.failed;
}

function isWrongUse(error: TouchstoneError): boolean {
  return error.code === 'wrong-use' || error.code === 'invalid-value';
}
