/** A small experiment from its pictures to its report: stopped and taken up again, it ends with the numbers of one that was not. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { defaultSettings } from '../../src-main/core/reweight/default-settings.ts';
import type { CellResult } from '../../src-main/reproduce/cell-result.ts';
import type { LabelledPictures, PictureSets } from '../../src-main/reproduce/data/pictures.ts';
import { makeNoisy } from '../../src-main/reproduce/experiment.ts';
import type { Cell, Preset } from '../../src-main/reproduce/preset.ts';
import type { ReproduceRequest } from '../../src-main/reproduce/reproduce.ts';
import { reproduce } from '../../src-main/reproduce/reproduce.ts';

let folder = '';

/** Sixteen pictures of 28 x 28 per class: reddish and bluish noise. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'touchstone-reproduce-'));
  const random = createRandom(1);
  for (const [label, channel] of [
    ['red', 0],
    ['blue', 2],
  ] as const) {
    for (let index = 0; index < 24; index++) {
      const pixels = Uint8Array.from({ length: 28 * 28 * 3 }, (_, at) =>
        at % 3 === channel ? 140 + random.integer(110) : random.integer(140),
      );
      const part = path.join(folder, 'data', index < 16 ? 'train' : 'test', label);
      await mkdir(part, { recursive: true });
      const raw = { width: 28, height: 28, channels: 3 } as const;
      await writeFile(path.join(part, `${index}.png`), await sharp(pixels, { raw }).png().toBuffer());
    }
  }
});
afterAll(() => rm(folder, { recursive: true }));

const cell = (row: string, method: 'uniform' | 'l2rw'): Cell => ({
  ...{ row, column: '25 %', steps: 16, fineTuneSteps: 0, reading: 'last', published: 0.9 },
  makeExperiment: (sets, seed) =>
    makeNoisy(sets, { noise: 'background', share: 0.25, background: 1, trusted: { perClass: 2 } }, seed),
  settings: { ...defaultSettings('lenet', 32), method, batchSize: 16, trustedBatchSize: 4 },
});
const preset: Preset = {
  ...{ name: 'small', title: 'A small one', source: 'Made for this test.', wants: 'class folders', pictureSize: 28 },
  ...{ columnTitle: 'Share', seeds: 1, cells: () => [cell('BASELINE', 'uniform'), cell('L2RW', 'l2rw')] },
};

function makeRequest(out: string, changes: Partial<ReproduceRequest> = {}): ReproduceRequest {
  return {
    ...{ preset, data: { folder: path.join(folder, 'data'), testFolder: null, labelFile: null } },
    ...{
      outFolder: path.join(folder, out),
      scale: 0.5,
      seeds: 1,
      engine: 'wasm',
      environment: { enginesFolder: null },
    },
    ...{ overrides: {}, only: [], signal: new AbortController().signal, ...changes },
  };
}
/** The test pictures of one class. */
function onlyClass({ size, pixels, labels }: LabelledPictures, wanted: number): LabelledPictures {
  const length = size * size * 3;
  const rows = [...labels.keys()].filter((index) => labels[index] === wanted);
  const kept = rows.flatMap((row) => [...pixels.subarray(row * length, (row + 1) * length)]);
  return { size, pixels: Uint8Array.from(kept), labels: Int32Array.from(rows, () => wanted) };
}

const silent = { onRun: () => {}, onProgress: () => {}, onResult: () => {} };
const plain = ({ seconds: _, finishedAt: __, ...result }: CellResult): object => result;

describe('reproduce', () => {
  it('goes on where it was stopped, and ends with the same numbers', async () => {
    // Forty steps: long enough for progress to be told halfway on any machine.
    const long: Preset = { ...preset, cells: () => [{ ...cell('L2RW', 'l2rw'), steps: 80 }] };
    const whole = await reproduce(makeRequest('long', { preset: long }), silent);
    const stop = new AbortController();
    const isHalf = ({ done }: { done: number }): void => {
      if (done >= 20) stop.abort();
    };
    const request = makeRequest('stopped', { preset: long });
    const stopped = reproduce({ ...request, signal: stop.signal }, { ...silent, onProgress: isHalf });
    await expect(stopped).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }));
    expect((await readdir(path.join(folder, 'stopped/runs'))).some((name) => name.includes('.part.'))).toBe(true);
    const starts: number[] = [];
    const resumed = await reproduce(request, { ...silent, onProgress: ({ done }) => starts.push(done) });
    // An epoch has two steps: what was tested is not trained again.
    expect(starts.find((done) => done > 0)).toBeGreaterThanOrEqual(18);
    expect(resumed.results.map(plain)).toEqual(whole.results.map(plain));
    expect((await readdir(path.join(folder, 'stopped/runs'))).some((name) => name.includes('.part'))).toBe(false);
  }, 60_000);

  it('does nothing twice, and writes table, numbers and charts', async () => {
    await reproduce(makeRequest('whole'), silent);
    const wasThere: boolean[] = [];
    const { results, files } = await reproduce(makeRequest('whole'), {
      ...silent,
      onResult: (_, isOld) => wasThere.push(isOld),
    });
    expect(wasThere).toEqual([true, true]);
    const [baseline] = results;
    expect(baseline).toMatchObject({ row: 'BASELINE', steps: 8, trustedPictures: 4 });
    expect(baseline?.curve).toHaveLength(4);
    expect(baseline?.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(16);
    const weights = baseline?.weights;
    expect([...(weights?.right ?? []), ...(weights?.wrong ?? [])].reduce((sum, count) => sum + count, 0)).toBe(28);
    const report = await readFile(path.join(folder, 'whole/report.md'), 'utf8');
    expect(report).toContain('| L2RW |');
    expect(report).toContain('| 90.00 |');
    expect(report).toContain('0.5 of the paper');
    for (const kind of ['curves_', 'confusion_', 'weights_'])
      expect(files.some((file) => file.includes(kind))).toBe(true);
    for (const file of files.filter((name) => name.endsWith('.svg'))) {
      const svg = await readFile(file, 'utf8');
      expect(svg).toMatch(/^<svg /);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
    const csv = (await readFile(path.join(folder, 'whole/results.csv'), 'utf8')).trim().split('\n');
    expect(csv).toHaveLength(3);
  }, 60_000);

  it('refuses to mix runs of other settings into one folder', async () => {
    await expect(reproduce(makeRequest('whole', { scale: 1 }), silent)).rejects.toThrow(/other settings \(epochs\)/);
  });

  it('trains the head on vectors, and scales those of the test as those of the training', async () => {
    // Mean red and mean blue, in units in which nothing but scaled vectors can be learned from.
    const embed: ReproduceRequest['embed'] = (pixels, size) => {
      const vectors = Float32Array.from({ length: (2 * pixels.length) / (3 * size * size) }, (_, at) => {
        const picture = pixels.subarray(Math.floor(at / 2) * 3 * size * size).subarray(0, 3 * size * size);
        return 1e4 + picture.reduce((sum, value, byte) => sum + (byte % 3 === 2 * (at % 2) ? value : 0), 0) / 100;
      });
      return Promise.resolve({ vectors, dimensions: 2 });
    };
    // The red test pictures alone: scaled by themselves they would look like both classes.
    const redOnly = { ...preset, choose: (sets: PictureSets) => ({ ...sets, test: onlyClass(sets.test, 1) }) };
    const overrides = { network: 'head', learningRate: 0.1 } as const;
    const request = makeRequest('head', {
      preset: redOnly,
      scale: 1,
      engine: 'cpu',
      only: ['BASELINE'],
      embed,
      overrides,
    });
    const { results } = await reproduce(request, silent);
    expect(results[0]?.confusion[1]).toEqual([0, 8]);
    await expect(reproduce(makeRequest('none', { overrides }), silent)).rejects.toThrow('vectors');
  }, 60_000);

  it('runs the named rows only', async () => {
    const { results } = await reproduce(makeRequest('whole', { only: ['L2RW'] }), silent);
    expect(results.map(({ row }) => row)).toEqual(['L2RW']);
  });
});
