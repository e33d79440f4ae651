/** The training process behind the runner: the same numbers as a thread's, and what becomes of one whose native code aborts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineCheck } from '../../src-main/core/engine-check.ts';
import { readCheck, writeCheck } from '../../src-main/engines/check-records.ts';
import { createCrashAwareRunner } from '../../src-main/training/crash-aware-runner.ts';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { startTrainingProcess } from '../../src-main/training/training-process.ts';
import { createPeerRunner } from '../../src-main/training/worker-runner.ts';
import { testEnginesFolder } from '../factories/engine-packs.ts';
import { collectRun, comparable } from '../factories/collect-run.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';

const enginesFolder = mkdtempSync(path.join(tmpdir(), 'touchstone-crashes-'));
afterAll(() => rmSync(enginesFolder, { recursive: true }));

const aborting = new URL('./aborting-process.ts', import.meta.url);
const runner = createPeerRunner({ createPeer: () => startTrainingProcess({ enginesFolder }) });
const crashing = createPeerRunner({ createPeer: () => startTrainingProcess({ enginesFolder }, aborting) });

function makeJob(engine: 'wasm' | 'tensorflow' = 'wasm') {
  return makeVectorJob({ sampleCount: 60, settings: { engine, epochs: 3 } }).job;
}

describe('the training process', () => {
  it('gives the numbers of the inline run, bit for bit', async () => {
    const inline = await collectRun(createInlineRunner().start(makeJob()));
    expect(comparable(await collectRun(runner.start(makeJob())))).toEqual(comparable(inline));
  });

  it('can be cancelled', async () => {
    const handle = runner.start(makeJob());
    const run = collectRun(handle, async ({ kind }) => {
      if (kind === 'epoch-done') handle.cancel();
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that aborts in mid-epoch is reported, and its last checkpoint ends in the numbers of a run without the crash', async () => {
    const whole = await collectRun(createInlineRunner().start(makeJob()));
    let checkpoint: Uint8Array | null = null;
    const run = collectRun(crashing.start(makeJob()), async (event) => {
      if (event.kind === 'epoch-done') checkpoint = event.checkpoint;
    });
    await expect(run).rejects.toMatchObject({ code: 'worker-crashed', details: { reason: 'SIGABRT' } });
    expect(checkpoint).not.toBeNull();
    const rest = await collectRun(runner.start({ ...makeJob(), checkpoint }));
    expect(comparable(rest)).toEqual(comparable({ ...whole, epochs: whole.epochs.slice(1) }));
  });

  it('that aborts twice in a row costs the engine its trust', async () => {
    const check: EngineCheck = {
      engine: 'wasm',
      device: 'any',
      versions: {},
      passed: true,
      failure: null,
      findings: [],
      speed: { convolutionGflops: 1, examplesPerSecond: 1, vectorsPerSecond: 1 },
      memoryBytes: 1,
      durationMs: 1,
    };
    writeCheck(enginesFolder, { state: 'ended', engine: 'wasm', checkedAtMs: 1, check });
    const aware = createCrashAwareRunner({ thread: crashing, process: crashing, enginesFolder });
    const first = await collectRun(aware.start(makeJob())).catch((error: Error) => error.message);
    expect(first).toContain('resume the run');
    expect(first).not.toContain('in a row');
    const second = await collectRun(aware.start(makeJob())).catch((error: Error) => error.message);
    expect(second).toContain('2 times in a row');
    expect(readCheck(enginesFolder, 'wasm')).toMatchObject({ check: { passed: false } });
  });

  it.skipIf(testEnginesFolder === null)('trains on TensorFlow, close to WebAssembly', async () => {
    const native = createPeerRunner({ createPeer: () => startTrainingProcess({ enginesFolder: testEnginesFolder }) });
    const [onWasm, onTensorflow] = [
      await collectRun(runner.start(makeJob())),
      await collectRun(native.start(makeJob('tensorflow'))),
    ];
    expect(onTensorflow.finished.versions).toHaveProperty('tensorflow');
    // Trusted samples have no suspicion.
    const pairs = [...onWasm.finished.scores.suspicion].map((value, index) => [
      value,
      onTensorflow.finished.scores.suspicion[index] ?? Number.NaN,
    ]);
    const scored = pairs.filter(([value]) => !Number.isNaN(value));
    expect(scored.length).toBeGreaterThan(40);
    const difference = scored.map(([a = Number.NaN, b = Number.NaN]) => Math.abs(a - b));
    expect(Math.max(...difference)).toBeLessThan(1e-3);
  });
});
