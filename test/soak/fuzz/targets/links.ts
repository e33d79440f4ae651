/** Links that appear, vanish and change between the check of a path and its use: what lies outside is never read. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DatasetFileError, readDatasetFile } from '../../../../src-main/media/dataset-file.ts';
import { scanFolder } from '../../../../src-main/media/folder-scan.ts';
import { pick } from '../mutate.ts';
import { secretText, type FuzzTarget } from '../target.ts';

/** Swaps the two names of a path as fast as it can, in a thread of its own. */
const swapper = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { renameSync } = require('node:fs');
  const [one, two, spare, rounds] = workerData;
  parentPort.postMessage('go');
  for (let round = 0; round < rounds; round += 1) {
    renameSync(one, spare); renameSync(two, one); renameSync(spare, two);
  }`;

export const target: FuzzTarget = {
  weight: 1,
  prepare: async () => undefined,
  run: async (random, folder) => {
    const dataset = join(folder, 'dataset');
    mkdirSync(join(dataset, 'class'), { recursive: true });
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'outside', 'image.png'), secretText);
    const isFolder = random.uniform() < 0.5;
    const place = isFolder ? join(dataset, 'class') : join(dataset, 'class', 'image.png');
    if (isFolder) writeFileSync(join(dataset, 'class', 'image.png'), 'inside');
    else writeFileSync(place, 'inside');
    const link = join(folder, 'link');
    symlinkSync(isFolder ? join(folder, 'outside') : join(folder, 'outside', 'image.png'), link);
    const worker = new Worker(swapper, { eval: true, workerData: [place, link, join(folder, 'spare'), 3_000] });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await new Promise((resolve) => worker.once('message', resolve));
    let isRunning = true;
    void ended.then(() => (isRunning = false));
    const secret = createHash('sha256').update(secretText).digest('hex');
    for (let round = 0; isRunning; round += 1) {
      if (pick([0, 1, 2, 3], random) === 0) await scanFolder(dataset);
      try {
        const { bytes } = await readDatasetFile(dataset, 'class/image.png');
        assert.notEqual(createHash('sha256').update(bytes).digest('hex'), secret, `read outside in round ${round}`);
      } catch (error) {
        if (!(error instanceof DatasetFileError)) throw error;
      }
    }
    rmSync(link, { force: true, recursive: true });
  },
};
