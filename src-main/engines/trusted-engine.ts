/** Whether an engine's arithmetic can be relied on here: its self-check, made once per version and device and remembered. */
import type { EngineCheck } from '../core/engine-check.ts';
import { TouchstoneError } from '../core/errors.ts';
import { knownAbsence, readCheck, writeCheck } from './check-records.ts';
import type { Engine, ReadyEngine } from './engine.ts';
import type { EngineEnvironment } from './known-engines.ts';
import { selfCheck } from './self-check/self-check.ts';
import { isRunning } from '../system/is-running.ts';

/**
 * Starts the engine and makes sure that it passed its self-check with these versions on this device; checks it where it
 * never was. Rejects with `engine-unavailable` where it does not start, has a reservation, did not pass, or did not survive its
 * last check.
 */
export async function startTrusted(engine: Engine, environment: EngineEnvironment): Promise<ReadyEngine> {
  refuseCrashed(engine, environment);
  refuseAbsent(engine, environment);
  const ready = await startWillingly(engine, environment);
  const known = knownCheck(ready, environment);
  const check = known ?? (await checkAndRecord(ready, environment));
  if (check.passed) return ready;
  ready.dispose();
  throw new TouchstoneError(
    'engine-unavailable',
    `Its self-check failed: ${check.failure ?? 'no reason given'} "touchstone engines check ${engine.name}" repeats it.`,
    { details: { engine: engine.name } },
  );
}

/** Runs the self-check of the current engine and remembers its result. */
export async function checkAndRecord(ready: ReadyEngine, { enginesFolder }: EngineEnvironment): Promise<EngineCheck> {
  if (enginesFolder === null) return selfCheck(ready);
  writeCheck(enginesFolder, { state: 'begun', engine: ready.name, processId: process.pid });
  const check = await selfCheck(ready);
  writeCheck(enginesFolder, { state: 'ended', engine: ready.name, checkedAtMs: Date.now(), check });
  return check;
}

/** Remembers why not, so that the next run need not load a driver to find out the same. */
async function startWillingly(engine: Engine, { enginesFolder }: EngineEnvironment): Promise<ReadyEngine> {
  const remember = (reason: string): void => {
    const { name } = engine;
    if (enginesFolder !== null && engine.isSlowToRefuse)
      writeCheck(enginesFolder, { state: 'absent', engine: name, foundAtMs: Date.now(), reason });
  };
  let ready: ReadyEngine;
  try {
    ready = await engine.start();
  } catch (error) {
    remember(error instanceof Error ? error.message : String(error));
    throw error;
  }
  if (ready.reservation === undefined) return ready;
  ready.dispose();
  remember(ready.reservation);
  throw new TouchstoneError('engine-unavailable', ready.reservation, { details: { engine: engine.name } });
}

function refuseAbsent({ name }: Engine, { enginesFolder }: EngineEnvironment): void {
  const reason = enginesFolder === null ? null : knownAbsence(enginesFolder, name);
  if (reason === null) return;
  throw new TouchstoneError(
    'engine-unavailable',
    `${reason} After that, "touchstone engines check ${name}" looks again.`,
    { details: { engine: name } },
  );
}

function refuseCrashed({ name }: Engine, { enginesFolder }: EngineEnvironment): void {
  const record = enginesFolder === null ? null : readCheck(enginesFolder, name);
  if (record?.state !== 'begun' || isRunning(record.processId)) return;
  throw new TouchstoneError(
    'engine-unavailable',
    `Its last self-check ended the process that it ran in. "touchstone engines check ${name}" tries it again.`,
    { details: { engine: name } },
  );
}

function knownCheck(ready: ReadyEngine, { enginesFolder }: EngineEnvironment): EngineCheck | null {
  const record = enginesFolder === null ? null : readCheck(enginesFolder, ready.name);
  if (record?.state !== 'ended' || record.check.device !== ready.device) return null;
  return sameVersions(record.check.versions, ready.versions) ? record.check : null;
}

function sameVersions(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
