import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noVerdict, type Verdict } from '../../src-main/core/dataset/decision.ts';
import type { ClassId, SampleId } from '../../src-main/core/dataset/sample.ts';
import type { ProjectStores } from '../../src-main/services/ports/project-files.ts';
import { addSamples, impatientFiles, makeTemporaryFolder, withProject } from '../factories/make-project.ts';

const drop: Verdict = { decision: { kind: 'drop' }, trustedClassId: null };
const keep: Verdict = { decision: { kind: 'keep' }, trustedClassId: null };

function idsOf(project: ProjectStores): readonly SampleId[] {
  return project.samples.all().map(({ id }) => id);
}

function classIdsOf(project: ProjectStores): readonly ClassId[] {
  return project.samples.classes().map(({ id }) => id);
}

describe('apply', () => {
  it('records what was and what is, and puts it in force', () =>
    withProject((project) => {
      addSamples(project, 3);
      const [first, second] = idsOf(project);
      const [, classId] = classIdsOf(project);
      const relabel: Verdict = { decision: { kind: 'relabel', classId: classId! }, trustedClassId: classId! };
      project.verdicts.apply('drop 1 image', [{ sampleId: first!, after: drop }], 10);
      const changes = [
        { sampleId: first!, after: relabel },
        { sampleId: second!, after: keep },
      ];
      const entry = project.verdicts.apply('relabel 2 images', changes, 20);
      expect(entry).toEqual({ id: 2, title: 'relabel 2 images', createdAtMs: 20, changeCount: 2, state: 'done' });
      expect(project.verdicts.changesOf(entry.id)).toEqual([
        { sampleId: first, before: drop, after: relabel },
        { sampleId: second, before: noVerdict, after: keep },
      ]);
      expect([...project.verdicts.all()]).toEqual([
        [first, relabel],
        [second, keep],
      ]);
      expect([...project.verdicts.trusted()]).toEqual([[first, classId]]);
      expect([...project.verdicts.decisions().values()]).toEqual([relabel.decision, keep.decision]);
      expect([...project.verdicts.byIds([second!]).values()]).toEqual([keep]);
      expect(project.verdicts.columns(0, 10)).toEqual({
        ids: Uint32Array.of(1, 2),
        decisions: Uint8Array.of(3, 1),
        correctedClassIds: Uint16Array.of(2, 0),
        trustedClassIds: Uint16Array.of(2, 0),
      });
    }));

  it('changes nothing where one of the images or classes is unknown, or an image is named twice', () =>
    withProject((project) => {
      addSamples(project, 2);
      const [first] = idsOf(project);
      const unknownSample = (first! + 1_000) as SampleId;
      const unknownClass: Verdict = { decision: null, trustedClassId: 77 as ClassId };
      const attempts = [
        [
          { sampleId: first!, after: drop },
          { sampleId: unknownSample, after: drop },
        ],
        [{ sampleId: first!, after: unknownClass }],
        [
          { sampleId: first!, after: drop },
          { sampleId: first!, after: keep },
        ],
      ];
      const codes = attempts.map((changes) => codeOf(() => project.verdicts.apply('x', changes, 1)));
      expect(codes).toEqual(['image-unknown', 'class-unknown', 'invalid-value']);
      expect([project.verdicts.all().size, project.verdicts.journal(10)]).toEqual([0, []]);
    }));

  it('decides on 20,000 images at once and takes it back', () =>
    withProject((project) => {
      addSamples(project, 20_000);
      const changes = idsOf(project).map((sampleId) => ({ sampleId, after: drop }));
      expect(project.verdicts.apply('drop 20,000 images', changes, 1).changeCount).toBe(20_000);
      expect(project.verdicts.decisions().size).toBe(20_000);
      project.verdicts.undo(2);
      expect(project.verdicts.all().size).toBe(0);
    }));
});

describe('undo and redo', () => {
  it('have nothing to do in a new project', () =>
    withProject(({ verdicts }) => {
      expect([verdicts.undo(1), verdicts.redo(1), verdicts.nextUndo(), verdicts.nextRedo()]).toEqual([
        null,
        null,
        null,
        null,
      ]);
    }));

  it('supersede what was undone once something else is done, and never delete an entry', () =>
    withProject((project) => {
      addSamples(project, 1);
      const [id] = idsOf(project);
      const { verdicts } = project;
      verdicts.apply('first', [{ sampleId: id!, after: drop }], 1);
      verdicts.apply('second', [{ sampleId: id!, after: keep }], 2);
      expect(verdicts.undo(3)).toMatchObject({ title: 'second', state: 'undone' });
      expect(verdicts.nextRedo()?.title).toBe('second');
      verdicts.apply('third', [{ sampleId: id!, after: noVerdict }], 4);
      expect(verdicts.redo(5)).toBeNull();
      expect(verdicts.journal(10).map(({ title, state }) => [title, state])).toEqual([
        ['third', 'done'],
        ['second', 'superseded'],
        ['first', 'done'],
      ]);
      verdicts.undo(6);
      expect(verdicts.byId(id!)).toEqual(drop);
      expect(verdicts.nextUndo()?.title).toBe('first');
    }));
});

/** The simplest thing that behaves like the journal: whole copies of the state. */
class JournalModel {
  #past: ReadonlyMap<SampleId, Verdict>[] = [];
  #future: ReadonlyMap<SampleId, Verdict>[] = [];
  current: ReadonlyMap<SampleId, Verdict> = new Map();

  apply(changes: readonly { sampleId: SampleId; after: Verdict }[]): void {
    const next = new Map(this.current);
    for (const { sampleId, after } of changes) {
      if (after.decision === null && after.trustedClassId === null) next.delete(sampleId);
      else next.set(sampleId, after);
    }
    this.#past.push(this.current);
    this.#future = [];
    this.current = next;
  }

  undo(): boolean {
    const previous = this.#past.pop();
    if (previous === undefined) return false;
    this.#future.push(this.current);
    this.current = previous;
    return true;
  }

  redo(): boolean {
    const next = this.#future.pop();
    if (next === undefined) return false;
    this.#past.push(this.current);
    this.current = next;
    return true;
  }
}

const sampleCount = 4;
const classCount = 2;

const verdictArbitrary = fc.record({
  decision: fc.oneof(
    fc.constant(null),
    fc.constantFrom('keep', 'drop', 'unsure').map((kind) => ({ kind })),
    fc.integer({ min: 1, max: classCount }).map((id) => ({ kind: 'relabel' as const, classId: id as ClassId })),
  ),
  trustedClassId: fc.option(fc.integer({ min: 1, max: classCount }).map((id) => id as ClassId)),
});

const changesArbitrary = fc.uniqueArray(
  fc.record({
    sampleId: fc.integer({ min: 1, max: sampleCount }).map((id) => id as SampleId),
    after: verdictArbitrary,
  }),
  { selector: ({ sampleId }) => sampleId, maxLength: sampleCount },
);

const stepArbitrary = fc.oneof(
  { weight: 4, arbitrary: changesArbitrary.map((changes) => ({ kind: 'apply' as const, changes })) },
  { weight: 3, arbitrary: fc.constant({ kind: 'undo' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'redo' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

describe('any sequence of actions, undo, redo and reopening', () => {
  it('leaves the verdicts that a list of copies would', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 25 }), (steps) => {
        const { folder, remove } = makeTemporaryFolder();
        let project = impatientFiles.create(folder, 'model');
        try {
          addSamples(project, sampleCount, classCount);
          const model = new JournalModel();
          for (const [time, step] of steps.entries()) {
            if (step.kind === 'reopen') {
              project.close();
              project = impatientFiles.open(folder);
            } else if (step.kind === 'apply') {
              project.verdicts.apply(`action ${time}`, step.changes, time);
              model.apply(step.changes);
            } else {
              const isDone = project.verdicts[step.kind](time) !== null;
              expect(isDone).toBe(model[step.kind]());
            }
            expect(project.verdicts.all()).toEqual(new Map([...model.current].sort(([a], [b]) => a - b)));
          }
        } finally {
          project.close();
          remove();
        }
      }),
      { numRuns: 40, seed: 20_260_101 },
    );
  });
});

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'nothing was thrown';
}
