/**
 * Trains a small job in a process of its own and keeps its checkpoint in a file, as the app does: written beside, then
 * renamed. Made to be killed at any moment. Arguments: checkpoint file, result file, engine, epochs.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { engineChoices } from '../../src-main/core/reweight/run-settings.ts';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';
import { rankByMargin } from '../factories/rank-by-margin.ts';

const [checkpointFile, resultFile, engineName, epochs] = process.argv.slice(2) as [string, string, string, string];
const engine = engineChoices.find((name) => name === engineName) ?? 'cpu';
const { job } = makeVectorJob({ settings: { engine, epochs: Number(epochs) } });
const environment = { enginesFolder: process.env['TOUCHSTONE_TEST_ENGINES'] ?? null };
const checkpoint = existsSync(checkpointFile) ? new Uint8Array(readFileSync(checkpointFile)) : null;

for await (const event of createInlineRunner({ rank: rankByMargin, environment }).start({ ...job, checkpoint })
  .events) {
  if (event.kind === 'epoch-done') {
    writeFileSync(`${checkpointFile}.new`, event.checkpoint);
    renameSync(`${checkpointFile}.new`, checkpointFile);
    process.send?.(event.metrics.epochIndex);
  }
  if (event.kind === 'finished') {
    const { noise: _, plateau: __, ...arrays } = event.scores;
    const scores = Object.entries<ArrayBufferView>(arrays).map(([name, values]) => [
      name,
      Buffer.from(values.buffer).toString('hex'),
    ]);
    writeFileSync(resultFile, JSON.stringify(scores));
  }
}
