import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import { addSamples, impatientFiles, makeTemporaryFolder } from '../factories/make-project.ts';
import { makeRunSettings } from '../factories/make-run-settings.ts';

let temporary: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  temporary = makeTemporaryFolder();
});
afterEach(() => temporary.remove());

function makeProject() {
  const project = impatientFiles.create(temporary.folder, 'Audited');
  addSamples(project, 40);
  const sampleIds = project.samples.all().map(({ id }) => id);
  const run = project.runs.create(
    {
      ...{ settings: makeRunSettings(), classIds: project.samples.classes().map(({ id }) => id), versions: {} },
      ...{ trustedCount: 0, sampleIds, labels: new Int32Array(40), trusted: new Uint32Array() },
    },
    1,
  );
  return { project, sampleIds, run };
}

describe('the audit store', () => {
  it('gives back batches in their order, repeated draws included, after the project was closed', () => {
    const { project, sampleIds, run } = makeProject();
    const draw = (index: number) => ({ sampleId: sampleIds[index] as SampleId, probability: 0.1 / (index + 3) });
    // More than one statement's worth of rows.
    const long = Array.from({ length: 60 }, (_, index) => draw((index * 7) % 40));
    project.audits.addBatch(run.id, [draw(3), draw(1), draw(3)], 5);
    project.audits.addBatch(run.id, long, 6);
    project.close();
    const reopened = impatientFiles.open(temporary.folder);
    expect(reopened.audits.batches()).toEqual([
      { id: 1, runId: run.id, drawnAtMs: 5, draws: [draw(3), draw(1), draw(3)] },
      { id: 2, runId: run.id, drawnAtMs: 6, draws: long },
    ]);
    reopened.close();
  });

  it('keeps the last judgement of each sample', () => {
    const { project, sampleIds } = makeProject();
    const [first, second] = sampleIds as [SampleId, SampleId];
    project.audits.judge(new Map([[first, true]]), 1);
    project.audits.judge(
      new Map([
        [second, true],
        [first, false],
      ]),
      2,
    );
    expect([...project.audits.judgements()]).toEqual([
      [first, false],
      [second, true],
    ]);
    project.close();
  });

  it('writes a batch whole or not at all', () => {
    const { project, sampleIds, run } = makeProject();
    const known = { sampleId: sampleIds[0] as SampleId, probability: 0.5 };
    const unknown = { sampleId: 999 as SampleId, probability: 0.5 };
    expect(() => project.audits.addBatch(run.id, [known, unknown], 1)).toThrow();
    expect(() => project.audits.addBatch(77 as RunId, [known], 1)).toThrow();
    expect(project.audits.batches()).toEqual([]);
    project.close();
  });
});
