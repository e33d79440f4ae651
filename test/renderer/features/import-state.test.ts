import { beforeEach, describe, expect, it } from 'vitest';
import { ImportState, sourceAt } from '../../../src-renderer/features/import/import-state.svelte.ts';
import { nextStepOf, rareSentence } from '../../../src-renderer/features/import/import-words.ts';
import { openWork } from './open-work.ts';
import type { OpenWork } from './open-work.ts';
import { settle } from './open-review.ts';

const desktop = { chooseFolder: async () => '/data/birds', chooseFile: async () => '/data/labels.csv' };
let open: OpenWork;
let imports: ImportState;

async function start(options = {}): Promise<void> {
  open = await openWork({ desktop, ...options });
  imports = new ImportState(open.app, open.api.project.projectId, open.chooser);
  imports.start();
  await settle();
}

describe('what a path stands for', () => {
  it('is a manifest by its ending, else a folder of class folders', () => {
    expect(sourceAt('/data/birds')).toEqual({ folder: '/data/birds', labels: { kind: 'folders' } });
    expect(sourceAt('/data/Labels.CSV')).toEqual({
      folder: '/data',
      labels: { kind: 'csv', file: '/data/Labels.CSV' },
    });
    expect(sourceAt('/data/a.jsonl').labels).toEqual({ kind: 'jsonl', file: '/data/a.jsonl' });
  });
});

describe('an import', () => {
  beforeEach(() => start({ samples: 0 }));

  it('goes from the choice over a preview to the report, and writes only when told', async () => {
    expect(imports.phase).toBe('choose');
    await imports.chooseFolder();
    expect(imports.phase).toBe('looking');
    open.work.finish('preview', open.work.preview('/data/birds'));
    expect(imports.phase).toBe('found');
    expect(open.asked('import/start')).toEqual([]);
    await imports.importSource();
    expect(imports.phase).toBe('reading');
    open.api.handlers['import/report'] = () => ({ ...open.work.report(), samples: 12 });
    open.work.finish('import', { ...open.work.report(), samples: 12 });
    await settle();
    expect(imports.phase).toBe('report');
    expect(open.asked('import/start')).toEqual([
      { projectId: 'fake', folder: '/data/birds', labels: { kind: 'folders' } },
    ]);
  });

  it('starts once, however often the key is pressed', async () => {
    await imports.chooseFolder();
    open.work.finish('preview', open.work.preview());
    void imports.importSource();
    void imports.importSource();
    await settle();
    expect(open.asked('import/start')).toHaveLength(1);
  });

  it('stops an older preview when another place is chosen', async () => {
    await imports.chooseFolder();
    await imports.chooseManifest();
    expect(open.asked('job/cancel')).toHaveLength(1);
    expect(open.asked('import/preview').at(-1)).toMatchObject({ folder: '/data', labels: { kind: 'csv' } });
  });

  it('leaves a preview behind', async () => {
    await imports.chooseFolder();
    open.work.finish('preview', open.work.preview());
    await imports.leave();
    expect(imports.phase).toBe('choose');
    expect(imports.preview).toBeNull();
  });

  it('shows a failed listing and offers the choice again', async () => {
    await imports.chooseFolder();
    const error = {
      code: 'folder-not-readable',
      message: 'The folder /data/birds may not be opened.',
      details: {},
    } as const;
    open.work.change(open.work.newest('preview').jobId, { status: 'failed', error });
    expect(imports.phase).toBe('choose');
    expect(imports.previewJob.failure?.message).toContain('/data/birds');
  });

  it('keeps the preview when the import fails, so that it can be tried again', async () => {
    await imports.chooseFolder();
    open.work.finish('preview', open.work.preview());
    await imports.importSource();
    const error = { code: 'disk-full', message: 'The disk is full.', details: {} } as const;
    open.work.change(open.work.newest('import').jobId, { status: 'failed', error });
    await settle();
    expect(imports.phase).toBe('found');
    expect(imports.importJob.failure?.code).toBe('disk-full');
  });

  it('says what is kept when it is stopped', async () => {
    await imports.chooseFolder();
    open.work.finish('preview', open.work.preview());
    await imports.importSource();
    await imports.importJob.cancel();
    await settle();
    expect(open.app.notice?.text).toContain('kept');
    expect(imports.source).toBeNull();
  });
});

describe('after an import', () => {
  beforeEach(() => start());

  it('shows the report, and a class in Review', () => {
    expect(imports.phase).toBe('report');
    imports.showClass(open.api.project.status().classes[1]?.classId ?? (0 as never));
    expect(open.app.page).toBe('review');
    expect(open.app.requestedFilter).toEqual({ givenClassIds: [2] });
  });

  it('looks again at the same place', async () => {
    await imports.update();
    expect(open.asked('import/start')).toEqual([
      { projectId: 'fake', folder: '/data/trashnet', labels: { kind: 'folders' }, update: true },
    ]);
  });

  it('follows the dataset to another place', async () => {
    await imports.moveSource();
    expect(open.asked('import/start')).toMatchObject([{ folder: '/data/birds', update: true }]);
  });

  it('follows an import that another window began', () => {
    const jobId = open.work.begin('import', open.api.project.projectId);
    open.work.change(jobId, { stage: 'Reading images', done: 5, total: 10 });
    expect(imports.phase).toBe('reading');
    open.work.finish('import', open.work.report());
    expect(imports.phase).toBe('report');
  });
});

describe('the words of a report', () => {
  it('name small classes with their numbers, the first five of them', async () => {
    await start();
    const rareClasses = Array.from({ length: 7 }, (_, index) => ({ name: `class ${index}`, samples: index + 1 }));
    const sentence = rareSentence({ ...open.work.report(), rareClasses });
    expect(sentence).toContain('class 4 (5) and 2 more');
    expect(rareSentence({ ...open.work.report(), rareClasses: [] })).toBeNull();
  });

  it('count what is left to check, and never more than a class has', async () => {
    await start({ trustedPerClass: 0 });
    const status = open.api.project.status();
    expect(nextStepOf(status).page).toBe('trusted');
    expect(nextStepOf(status).sentence).toContain('check 9 images');
    const [first, ...others] = status.classes;
    const classes = first ? [{ ...first, given: 1 }, ...others] : [];
    expect(nextStepOf({ ...status, classes }).sentence).toContain('check 7 images');
  });

  it('lead on to the training once enough is checked, and to its suspects once it is done', async () => {
    await start({ trustedPerClass: 0 });
    const status = { ...open.api.project.status(), classes: [] };
    const none = { ...status, runs: { total: 0, finished: 0, latest: null } };
    expect(nextStepOf(none)).toMatchObject({ page: 'train', button: 'Train' });
    const one = { ...status, runs: { ...none.runs, finished: 1 } };
    expect(nextStepOf(one)).toMatchObject({ page: 'review', button: 'Review' });
  });
});
