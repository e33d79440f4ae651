/** The threads of the TensorFlow engine that keep cores awake between operations: in nobody's way, and asleep when nothing is computed. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sumToChannels } from '../../../src-main/core/network/sums.ts';
import { createTensorflowEngine } from '../../../src-main/engines/tensorflow/tensorflow-engine.ts';
import { testEnginesFolder } from '../../factories/engine-packs.ts';
import { patternTensor } from '../pattern-tensors.ts';

const SCHED_IDLE = 5;

/** Processor time in hundredths of a second of each thread of the lowest priority: see proc_pid_stat(5). */
function timesOfIdleThreads(): readonly number[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    const afterName = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1] ?? '';
    const field = (number: number): number => Number(afterName.split(' ')[number - 3]);
    return field(41) === SCHED_IDLE ? [field(14) + field(15)] : [];
  });
}

test.skipIf(testEnginesFolder === null || process.platform !== 'linux')(
  'one thread per other core, of the lowest priority, which sleeps when nothing is computed',
  async () => {
    const ready = await createTensorflowEngine(testEnginesFolder).start();
    const values = patternTensor([7, 3], 1);
    sumToChannels(values).dispose();
    await wait(100);
    const before = timesOfIdleThreads();
    expect(before).toHaveLength(availableParallelism() - 1);
    await wait(500);
    timesOfIdleThreads().forEach((time, i) => expect(time - (before[i] ?? 0)).toBeLessThanOrEqual(10));
    values.dispose();
    ready.dispose();
  },
);
