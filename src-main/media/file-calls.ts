/**
 * The calls that reading a dataset's file takes: at once where the disk answers at once, by other threads where it does not. Handing a call over and taking back its answer takes ten times
 * as long as the call where the file lies in memory, as that of a dataset just copied or unpacked does. Where it does not, as on a network drive, nothing may wait for it.
 */
import * as fs from 'node:fs';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';

/** A call that takes longer has waited for a disk. */
const slowMs = 2;
/** After a slow call the others go to other threads for so many times its duration: so little of the time can be lost by waiting. */
const pauseFactor = 10;
/** After so long a call goes to another thread in any case: that gives the event loop its turn. */
const turnMs = 20;

/** More is read by other threads: copying it takes long enough. */
const mostBytesAtOnce = 64 * 1024;

let threadedUntilMs = 0;
let lastTurnMs = 0;
/** While it is, nothing is called at once: the disk may be gone, and would hold up everything. */
let isTurnUnanswered = false;

type Call<Arguments extends unknown[], Result> = (...args: Arguments) => Result | Promise<Result>;

/** Of a call done at once and the same done by another thread: whichever fits at the time. Exported for its test. */
export function atOnceOrThreaded<Arguments extends unknown[], Result>(
  atOnce: (...args: Arguments) => Result,
  threaded: (...args: Arguments) => Promise<Result>,
): Call<Arguments, Result> {
  return (...args) => {
    const startMs = performance.now();
    if (startMs < threadedUntilMs || isTurnUnanswered) return threaded(...args);
    if (startMs - lastTurnMs > turnMs) return asTurn(threaded(...args));
    try {
      return atOnce(...args);
    } finally {
      const durationMs = performance.now() - startMs;
      if (durationMs > slowMs) threadedUntilMs = startMs + pauseFactor * durationMs;
    }
  };
}

async function asTurn<Result>(call: Promise<Result>): Promise<Result> {
  isTurnUnanswered = true;
  try {
    return await call;
  } finally {
    isTurnUnanswered = false;
    lastTurnMs = performance.now();
  }
}

export const resolveLinks = atOnceOrThreaded<[string], string>(fs.realpathSync.native, promisify(fs.realpath.native));
export const readLink = atOnceOrThreaded<[string], string>(fs.readlinkSync, promisify(fs.readlink));
export const statPlace = atOnceOrThreaded<[string], fs.Stats>(fs.lstatSync, promisify(fs.lstat));
export const openFile = atOnceOrThreaded<[string, number], number>(fs.openSync, promisify(fs.open));
export const statFile = atOnceOrThreaded<[number], fs.Stats>(fs.fstatSync, promisify(fs.fstat));
export const closeFile = atOnceOrThreaded<[number], void>(fs.closeSync, promisify(fs.close));

type Reading = [file: number, bytes: Uint8Array, offset: number, length: number, position: number];
const readThreaded = async (...args: Reading): Promise<number> => (await promisify(fs.read)(...args)).bytesRead;
const readSmall = atOnceOrThreaded<Reading, number>(fs.readSync, readThreaded);

/** How many bytes were read. */
export function readBytes(...args: Reading): number | Promise<number> {
  return args[3] <= mostBytesAtOnce ? readSmall(...args) : readThreaded(...args);
}
