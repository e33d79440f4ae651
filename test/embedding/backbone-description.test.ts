import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  describeComputation,
  parseBackboneDescription,
  readBackboneDescription,
} from '../../src-main/embedding/backbone-description.ts';

describe('parseBackboneDescription', () => {
  it('takes what is there and fills in the rest', () => {
    expect(parseBackboneDescription('{"output": "pooled", "mean": [0, 0, 0], "title": "x"}', 'm.json')).toEqual({
      input: null,
      output: 'pooled',
      layout: null,
      pooling: null,
      imageSize: null,
      sizeMultiple: 1,
      mean: [0, 0, 0],
      standardDeviation: [0.5, 0.5, 0.5],
      title: 'x',
      licence: null,
      source: null,
    });
  });

  it.each([
    ['{"mean": [1, 2]}', '"mean"'],
    ['{"standardDeviation": [1, 0, 1]}', '"standardDeviation"'],
    ['{"layout": "hwc"}', '"layout"'],
    ['{"imageSize": 22.5}', '"imageSize"'],
    ['{"sizeMultiple": 0}', '"sizeMultiple"'],
    ['{"pooling": "max"}', '"pooling"'],
    ['{"title": 7}', '"title"'],
    ['[1]', 'not a JSON object'],
    ['{', 'not a JSON object'],
  ])('refuses %s and says what is wrong', (text, reason) => {
    expect(() => parseBackboneDescription(text, 'm.json')).toThrow(reason);
  });
});

describe('describeComputation', () => {
  it('changes with what decides the vectors, and with nothing else', () => {
    const of = (text: string): string => describeComputation(parseBackboneDescription(text, 'm.json'));
    expect(of('{"title": "x", "imageSize": 64, "sizeMultiple": 14}')).toBe(of('{}'));
    for (const text of ['{"output": "y"}', '{"pooling": "mean"}', '{"mean": [0, 0, 0]}', '{"layout": "nhwc"}'])
      expect(of(text)).not.toBe(of('{}'));
  });
});

describe('readBackboneDescription', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'touchstone-backbone-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads the file beside the model, or takes the defaults without one', async () => {
    await writeFile(path.join(folder, 'a.json'), '{"imageSize": 64}');
    expect((await readBackboneDescription(path.join(folder, 'a.onnx'))).imageSize).toBe(64);
    expect((await readBackboneDescription(path.join(folder, 'b.onnx'))).imageSize).toBeNull();
  });
});
