import { beforeEach, describe, expect, it } from 'vitest';
import type { ReviewAction } from '../../../src-main/contract/payloads.ts';
import type { ClassId, RunId } from '../../../src-main/core/dataset/sample.ts';
import type { OpenReview } from './open-review.ts';
import { openReview, settle } from './open-review.ts';

let open: OpenReview;

beforeEach(async () => {
  open = await openReview({ samples: 1000 });
});

/** What was asked of `decide/apply`, in order. */
function applied() {
  return open.api.calls.filter(({ name }) => name === 'decide/apply').map(({ input }) => input);
}

function idAt(index: number) {
  return open.review.list.rowAt(index)?.id;
}

describe('an action on the focused image', () => {
  it('is bound to the id it was shown with, and leads to the next suspect', async () => {
    const [first, second] = [idAt(0), idAt(1)];
    void open.review.act({ kind: 'drop' });
    expect(open.review.focused?.id).toBe(second);
    void open.review.act({ kind: 'keep' });
    await settle();
    expect(applied()).toEqual([
      expect.objectContaining({ target: { sampleIds: [first] }, action: { kind: 'drop' } }),
      expect.objectContaining({ target: { sampleIds: [second] }, action: { kind: 'keep' } }),
    ]);
    expect(open.review.view.focusIndex).toBe(2);
  });

  it('marks the image at once, where it is', async () => {
    const first = idAt(0);
    void open.review.act({ kind: 'drop' });
    expect(open.review.list.rowAt(0)).toMatchObject({ id: first, decision: 'drop' });
    await settle();
    expect(open.review.list.rowAt(0)).toMatchObject({ id: first, decision: 'drop' });
  });

  it('passes over images that are judged already', async () => {
    open.review.focus(1);
    await open.review.act({ kind: 'keep' });
    open.review.focus(0);
    await open.review.act({ kind: 'keep' });
    expect(open.review.view.focusIndex).toBe(2);
  });

  it('needs one key for each of a hundred suspects', async () => {
    for (let presses = 0; presses < 100; presses += 1) {
      await open.review.act({ kind: presses % 3 === 0 ? 'keep' : 'accept' });
    }
    expect(open.api.project.status().decisions).toMatchObject({ keep: 34, relabel: 66 });
    expect(open.review.view.focusIndex).toBe(100);
  });

  it('keeps the image when it is given the label it has', async () => {
    const classId = open.review.focused?.givenClassId ?? (0 as ClassId);
    await open.review.act({ kind: 'relabel', classId });
    expect(open.review.list.rowAt(0)?.decision).toBe('keep');
  });

  it('is taken back on the screen when the host refuses it', async () => {
    open.api.handlers['decide/apply'] = () => {
      throw new Error('broken');
    };
    await open.review.act({ kind: 'drop' });
    await settle();
    expect(open.review.list.rowAt(0)?.decision).toBeNull();
    expect(open.app.notice?.kind).toBe('error');
  });

  it('says so where there is no suggestion to accept', async () => {
    open = await openReview({ samples: 20, hasRun: false });
    await open.review.act({ kind: 'accept' });
    expect(applied()).toEqual([]);
    expect(open.app.notice?.text).toMatch(/No label is suggested/);
  });
});

describe('where the ranking is not sure enough to suggest a label', () => {
  it('accepts nothing and says which classes come next', async () => {
    const row = open.review.focused!;
    const classIds = [row.givenClassId + 1, row.givenClassId + 2].map((id) => (id % 3) + 1) as ClassId[];
    const alternatives = classIds.map((classId) => ({ classId, probability: 0.3 }));
    const unsure = { ...row, suggestedClassId: null, suggestedProbability: null, alternatives };
    open.review.list.patch(new Set([row.id]), () => unsure);
    await open.review.act({ kind: 'accept' });
    expect(applied()).toEqual([]);
    for (const classId of classIds) expect(open.app.notice?.text).toContain(open.review.nameOf(classId));
  });
});

describe('undo', () => {
  it('brings back the image and its focus, also from the button', async () => {
    await open.review.act({ kind: 'drop' });
    open.review.focus(40);
    await open.app.undo();
    await settle();
    expect(open.review.view.focusIndex).toBe(0);
    expect(open.review.focused?.decision).toBeNull();
    await open.app.redo();
    await settle();
    expect(open.review.list.rowAt(0)?.decision).toBe('drop');
  });
});

describe('a filter on decisions', () => {
  it('hides what was judged and keeps the next image in focus and in its place', async () => {
    await open.review.setFilter({ decisions: ['none'] });
    open.review.focus(30);
    const [acted, next] = [idAt(30), idAt(31)];
    const row = () => Math.floor(open.review.view.focusIndex / open.review.view.layout.columns);
    await open.review.act({ kind: 'drop' });
    const heightBefore = row() * open.review.view.rowHeight - open.review.view.top;
    await settle();
    expect(open.review.list.total).toBe(999);
    expect(open.review.focused?.id).toBe(next);
    expect(open.review.list.indexOf(acted ?? (0 as never))).toBeNull();
    expect(row() * open.review.view.rowHeight - open.review.view.top).toBe(heightBefore);
  });
});

describe('a selection', () => {
  it('of a range holds exactly the images between', async () => {
    open.review.focus(3);
    open.review.move('right', true);
    open.review.move('down', true);
    await open.review.act({ kind: 'unsure' });
    const ids = Array.from({ length: 7 }, (_, step) => idAt(3 + step));
    expect(applied()).toEqual([expect.objectContaining({ target: { sampleIds: ids } })]);
    expect(open.review.view.focusIndex).toBe(10);
    expect(open.review.selection.count).toBe(0);
  });

  it('of a range shrinks again when Shift goes back', async () => {
    open.review.focus(3);
    open.review.move('down', true);
    open.review.move('up', true);
    await settle();
    expect([...open.review.selection.ids]).toEqual([idAt(3)]);
  });

  it('of a range beyond what is loaded is complete before an action', async () => {
    open.review.focus(0);
    open.review.stretchTo(899);
    await open.review.act({ kind: 'drop' });
    expect(open.review.pending?.count).toBe(900);
  });

  it('of single images takes them in and out', async () => {
    open.review.toggleSelected(2);
    open.review.toggleSelected(5);
    open.review.toggleSelected(2);
    await open.review.act({ kind: 'keep' });
    expect(applied()).toEqual([expect.objectContaining({ target: { sampleIds: [idAt(5)] } })]);
  });

  it('of everything in the filter carries the list and the count that was shown', async () => {
    await open.review.setFilter({ givenClassIds: [2 as ClassId] });
    const { total, query } = open.review.list;
    open.review.selectEverything();
    expect(open.review.selection.count).toBe(total);
    await open.review.act({ kind: 'drop' });
    await open.review.confirmPending();
    expect(applied()).toEqual([expect.objectContaining({ target: { query, expectedCount: total } })]);
    expect(open.api.project.status().decisions.drop).toBe(total);
  });

  it('of everything is refused when the list has changed under it', async () => {
    await open.review.setFilter({ decisions: ['none'] });
    open.review.selectEverything();
    await open.review.act({ kind: 'drop' });
    open.api.project.act({ sampleIds: [idAt(3) ?? (0 as never)] }, { kind: 'keep' });
    await open.review.confirmPending();
    expect(open.api.project.status().decisions.drop).toBe(0);
    expect(open.app.notice?.text).toMatch(/999 images now, not 1000/);
  });
});

describe('actions on many images', () => {
  it.each([
    [50, false],
    [51, true],
  ])('ask for %i images: %s', async (count, asks) => {
    open.review.focus(0);
    open.review.stretchTo(count - 1);
    await open.review.act({ kind: 'drop' });
    expect(open.review.pending !== null).toBe(asks);
    expect(open.api.project.status().decisions.drop).toBe(asks ? 0 : count);
  });

  it('do nothing when the question is dismissed', async () => {
    open.review.selectEverything();
    await open.review.act({ kind: 'drop' });
    open.review.pending = null;
    await open.review.confirmPending();
    expect(applied()).toEqual([]);
  });
});

describe('changes from elsewhere', () => {
  it('appear without moving the focus or the place', async () => {
    open.review.focus(60);
    const { top } = open.review.view;
    const other = idAt(58);
    open.api.project.act({ sampleIds: [other ?? (0 as never)] }, { kind: 'drop' });
    open.api.changeFromElsewhere();
    await settle();
    expect(open.review.list.rowAt(58)?.decision).toBe('drop');
    expect(open.review.view).toMatchObject({ focusIndex: 60, top });
  });

  it('that take images away keep the focus on the same image', async () => {
    await open.review.setFilter({ decisions: ['none'] });
    open.review.focus(60);
    const focused = idAt(60);
    const gone = [idAt(1), idAt(2)].filter((id) => id !== undefined);
    open.api.project.act({ sampleIds: gone }, { kind: 'drop' });
    open.api.changeFromElsewhere();
    await settle();
    expect(open.review.focused?.id).toBe(focused);
    expect(open.review.view.focusIndex).toBe(58);
  });
});

describe('a lost connection', () => {
  it('is shown, and what changed meanwhile appears when it is back', async () => {
    open.api.setConnection('lost');
    expect(open.app.connection).toBe('lost');
    open.api.project.act({ sampleIds: [idAt(0) ?? (0 as never)] }, { kind: 'drop' });
    open.api.setConnection('open');
    await settle();
    expect(open.app.connection).toBe('open');
    expect(open.review.list.rowAt(0)?.decision).toBe('drop');
    expect(open.app.notice).toBeNull();
  });
});

describe('the cut', () => {
  it('starts at the number of wrong labels that the run estimates', () => {
    expect(open.review.suspects.cutIndex).toBe(100);
    expect(open.review.suspects.suspects?.total).toBe(100);
  });

  it('moves behind an image, and the progress follows', async () => {
    await open.review.moveCutTo(40);
    expect(open.review.suspects.cutIndex).toBe(40);
    await open.review.act({ kind: 'drop' });
    await settle();
    expect(open.review.suspects.suspects).toMatchObject({ total: 40, decided: 1, wrongShare: { value: 1 } });
  });

  it('counts only what the filter shows, while the progress counts the run', async () => {
    await open.review.setFilter({ givenClassIds: [1 as ClassId] });
    expect(open.review.suspects.cutIndex).toBeLessThan(100);
    expect(open.review.suspects.suspects?.total).toBe(100);
  });

  it('is found anew for another order', async () => {
    await open.review.setOrder('margin');
    expect(open.review.suspects.cutIndex).toBe(100);
    expect(open.review.suspects.cutScore).toBeLessThan(0);
  });

  it('stays where it was put until a new run brings its own', async () => {
    const changeRuns = async () => {
      open.api.emit('project/changed', { projectId: open.api.project.projectId, what: 'runs' });
      await settle();
    };
    await open.review.moveCutTo(40);
    await changeRuns();
    expect(open.review.suspects.cutIndex).toBe(40);
    const newer = { ...open.api.project.run(), runId: 2 as RunId };
    const training = { ...newer, runId: 3 as RunId, status: 'running' } as const;
    open.api.handlers['train/list-runs'] = () => [training, newer, open.api.project.run()];
    await changeRuns();
    expect(open.review.suspects.cutIndex).toBe(100);
  });

  it.each([
    ['train', 0],
    ['review', 30],
  ] as const)('gives way to a new ranking on the page %s with the focus at %i', async (page, index) => {
    open.app.page = page;
    open.review.focus(30);
    const newer = { ...open.api.project.run(), runId: 2 as RunId };
    open.api.handlers['train/list-runs'] = () => [newer, open.api.project.run()];
    open.api.emit('project/changed', { projectId: open.api.project.projectId, what: 'runs' });
    await settle();
    expect(open.review.view.focusIndex).toBe(index);
  });

  it('selects everything before it', async () => {
    open.review.selectSuspects();
    await settle();
    expect(open.review.selection.count).toBe(100);
  });

  it('is nowhere without a run', async () => {
    open = await openReview({ samples: 50, hasRun: false });
    expect(open.review.suspects.cutIndex).toBeNull();
    expect(open.review.list.total).toBe(50);
  });
});

describe('the details', () => {
  it('of the next image are there before it is focused', async () => {
    open.review.move('right', false);
    await settle();
    const asked = open.api.calls.filter(({ name }) => name === 'review/sample').length;
    open.review.move('right', false);
    await Promise.resolve();
    await Promise.resolve();
    expect(open.review.focusDetail.detail?.sample.id).toBe(open.review.focused?.id);
    expect(asked).toBeGreaterThan(2);
  });
});

describe('why', () => {
  it('is shown for the focused image only, and asked for no image ahead', async () => {
    open.review.move('right', false);
    await settle();
    const { focusDetail, focused } = open.review;
    expect(focusDetail.why?.sampleId).toBe(focused?.id);
    expect(focusDetail.why?.view.sentence).toContain(focused?.path);
    const asked = open.api.calls.filter(({ name }) => name === 'review/why').length;
    const details = open.api.calls.filter(({ name }) => name === 'review/sample').length;
    expect(asked).toBeLessThan(details);
  });
});

describe('every kind of action', () => {
  const actions: readonly ReviewAction[] = [
    { kind: 'keep' },
    { kind: 'drop' },
    { kind: 'unsure' },
    { kind: 'clear' },
    { kind: 'accept' },
    { kind: 'trust' },
    { kind: 'distrust' },
    { kind: 'relabel', classId: 3 as ClassId },
  ];

  it.each(actions)('shows at once what the host will answer: $kind', async (action) => {
    const row = () => open.review.list.rowAt(0);
    if (row()?.givenClassId === 3) open.review.focus(1);
    const index = open.review.view.focusIndex;
    void open.review.act(action);
    const shown = open.review.list.rowAt(index);
    await settle();
    expect(open.review.list.rowAt(index)).toEqual(shown);
  });
});
