import { beforeEach, describe, expect, it } from 'vitest';
import type { RepairReport } from '../../../src-main/contract/payloads.ts';
import { ProjectsState } from '../../../src-renderer/features/projects/projects-state.svelte.ts';
import type { RepairState } from '../../../src-renderer/features/projects/repair-state.svelte.ts';
import { repairSentences } from '../../../src-renderer/features/projects/repair-words.ts';
import { openWork, type OpenWork } from './open-work.ts';
import { settle } from './open-review.ts';

const folder = '/p/birds';
const backup = { name: '3-daily.sqlite', number: 3, madeAtMs: 5, reason: 'daily', sizeBytes: 4096 } as const;
const sound: RepairReport = {
  ...{ folder, file: { state: 'sound', findings: [] }, rescue: null, restored: null, lostCheckpoints: [] },
  images: { folder: '/birds', known: 6, relinked: 0, relinkedExamples: [], missing: 0, missingExamples: [] },
  ...{ removedFiles: [], cacheBytesFreed: 0, backups: [backup], remarks: [] },
};
let open: OpenWork;
let repair: RepairState;

beforeEach(async () => {
  const desktop = { chooseFolder: async () => '/mnt/new', chooseFile: async () => null };
  open = await openWork({ desktop });
  open.api.handlers['project/backups'] = () => [backup];
  open.api.handlers['project/repair'] = () => ({ jobId: open.work.begin('repair', null) });
  const projects = new ProjectsState(open.app, open.chooser);
  projects.start();
  ({ repair } = projects);
  await repair.open(folder, 'birds');
});

describe('checking and repairing a project', () => {
  it('shows the backups before anything is done, and does nothing by itself', () => {
    expect(repair.backups).toEqual([backup]);
    expect(open.asked('project/repair')).toEqual([]);
  });

  it('only looks, or mends, as it is asked, and once at a time', async () => {
    await repair.check();
    await repair.repair();
    expect(open.asked('project/repair')).toEqual([{ folder, checkOnly: true }]);
    open.work.finish('repair', sound);
    await settle();
    expect(repair.report).toEqual(sound);
    await repair.repair();
    expect(open.asked('project/repair').at(-1)).toEqual({ folder });
    expect(repair.report).toBeNull();
  });

  it('looks for images where the user says that they are, and goes back to a backup', async () => {
    await repair.findImages();
    expect(repair.project?.folder).toBe(folder);
    expect(open.asked('project/repair')).toEqual([{ folder, images: '/mnt/new' }]);
    open.work.finish('repair', sound);
    await settle();
    await repair.restore(backup);
    expect(open.asked('project/repair').at(-1)).toEqual({ folder, restore: backup.name });
  });

  it('asks for the open project again afterwards: its numbers may be others', async () => {
    const asked = open.asked('project/status').length;
    await repair.repair();
    open.work.finish('repair', sound);
    await settle();
    expect(open.asked('project/status').length).toBe(asked + 1);
  });

  it('shows why it failed, and the report of no other project', async () => {
    await repair.repair();
    const error = { code: 'project-not-found', message: 'There is no project.', details: {} } as const;
    open.work.change(open.work.newest('repair').jobId, { status: 'failed', error });
    await settle();
    expect(repair.job.failure).toEqual(error);
    await repair.open('/p/other', 'other');
    expect(repair.job.failure).toBeNull();
    await repair.check();
    open.work.finish('repair', sound);
    await settle();
    expect(repair.report).toBeNull();
  });
});

describe('what was found and done', () => {
  it('is one sentence where nothing was wrong, and one about the images', () => {
    expect(repairSentences(sound)).toEqual(['The project file is sound.', '6 images in /birds, each in its place.']);
  });

  it('names what was rescued, from where, and what is left to do', () => {
    const tables = [
      { table: 'samples', read: 900, fromBackup: 100, hasLosses: true },
      { table: 'verdicts', read: 50, fromBackup: 0, hasLosses: false },
    ];
    const rescue = { tables, backup: backup.name, keptAs: 'damaged/1.sqlite' };
    const file = { state: 'damaged', findings: ['Page 7 is not used.'] } as const;
    const sentences = repairSentences({ ...sound, file, rescue, images: null, remarks: ['Train again.'] });
    expect(sentences).toEqual([
      'The project file was damaged.',
      'Page 7 is not used.',
      'A new one was made of 950 rows that could be read and 100 from a backup. The damaged one is kept in damaged/1.sqlite.',
      'Train again.',
    ]);
  });
});
