/**
 * Entry of the process (or thread) in which an engine is checked, so that one that crashes takes nothing with it. Started with
 * a CheckRequest as JSON in the first argument, or as worker data; answers with one CheckAnswer.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import type { CheckAnswer } from './run-check.ts';
import { checkRequestSchema } from './run-check.ts';
import { knownEngines } from './known-engines.ts';
import { checkAndRecord } from './trusted-engine.ts';

const request = v.parse(checkRequestSchema, isMainThread ? JSON.parse(process.argv[2] ?? 'null') : workerData);
const answer = await check();
if (isMainThread) process.send?.(answer, () => process.disconnect());
else parentPort?.postMessage(answer);

async function check(): Promise<CheckAnswer> {
  const environment = { enginesFolder: request.enginesFolder };
  try {
    const engine = knownEngines(environment).find(({ name }) => name === request.engine);
    if (engine === undefined) throw new Error(`There is no engine ${request.engine}.`);
    const ready = await engine.start();
    const result = await checkAndRecord(ready, environment);
    ready.dispose();
    return { check: result };
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}
