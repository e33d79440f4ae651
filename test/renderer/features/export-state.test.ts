import { beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../../src-main/core/dataset/sample.ts';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import { ExportState } from '../../../src-renderer/features/export/export-state.svelte.ts';
import { planSentence, resultSentence } from '../../../src-renderer/features/export/export-words.ts';
import { openWork } from './open-work.ts';
import type { OpenWork } from './open-work.ts';
import { settle } from './open-review.ts';

const desktop = { chooseFolder: async () => '/media/disk', chooseFile: async () => null };
let open: OpenWork;
let exports: ExportState;

beforeEach(async () => {
  open = await openWork({ desktop });
  exports = new ExportState(open.app, open.api.project.projectId, open.chooser);
  exports.start();
  await exports.load();
});

describe('the plan', () => {
  it('is made for a proposed place at once', () => {
    expect(exports.folder).toBe('/home/me/Touchstone/trashnet-small clean');
    expect(exports.plan?.targetFolder).toBe(exports.folder);
  });

  it('follows the choice of a place, of the form and of links', async () => {
    await exports.chooseFolder();
    await exports.setFormat('csv');
    await exports.setLink('hard');
    expect(open.asked('export/plan').slice(1)).toMatchObject([
      { folder: '/media/disk/trashnet-small clean', format: 'folders' },
      { format: 'csv', link: 'copy' },
      { format: 'csv', link: 'hard' },
    ]);
  });

  it('belongs to the last request when several overlap', async () => {
    open.api.delayMs = 5;
    const first = exports.setFormat('csv');
    exports.folder = '/last';
    await Promise.all([first, exports.makePlan()]);
    expect(exports.plan?.targetFolder).toBe('/last');
    expect(exports.isPlanning).toBe(false);
  });

  it('is not there for a typed folder until it was planned for', async () => {
    exports.typeFolder('/typed');
    expect(exports.plan).toBeNull();
    await exports.write();
    expect(open.asked('export/start')).toEqual([]);
  });

  it('says on the page why a place is refused', async () => {
    open.api.handlers['export/plan'] = () => {
      throw new TouchstoneError('export-folder-not-empty', '/full is not empty. Choose a new or empty folder.');
    };
    await exports.makePlan();
    expect(exports.plan).toBeNull();
    expect(exports.refusal).toMatchObject({ code: 'export-folder-not-empty' });
    expect(open.app.notice).toBeNull();
  });

  it('is made anew when decisions change', async () => {
    const before = open.asked('export/plan').length;
    open.api.changeFromElsewhere();
    await settle();
    expect(open.asked('export/plan')).toHaveLength(before + 1);
  });
});

describe('writing', () => {
  it('starts once and ends with the result', async () => {
    void exports.write();
    void exports.write();
    await settle();
    expect(open.asked('export/start')).toHaveLength(1);
    expect(exports.exportJob.isRunning).toBe(true);
    open.work.finish('export', open.work.exportResult(exports.folder));
    expect(exports.result?.manifestFile).toBe(`${exports.folder}/manifest.csv`);
    await exports.again();
    expect(exports.result).toBeNull();
    expect(exports.plan).not.toBeNull();
  });

  it('can be stopped', async () => {
    await exports.write();
    await exports.exportJob.cancel();
    await settle();
    expect(exports.result).toBeNull();
    expect(open.app.notice?.text).toContain('Nothing half-written');
  });
});

describe('the words', () => {
  it('count what changes, and say when nothing does', () => {
    const plan = open.work.exportResult('/x');
    expect(planSentence(plan)).toContain('41 dropped, 17 relabelled, 1 renamed');
    expect(planSentence({ ...plan, dropped: 0, relabelled: 0, renamed: [] })).toContain('nothing dropped');
  });

  it('tell images that were checked from a list', () => {
    const result = open.work.exportResult('/x');
    expect(resultSentence(result)).toContain('checked against its original');
    expect(resultSentence({ ...result, verified: 2 })).toContain('A list of');
  });
});

describe('what the run learned', () => {
  it('is written under the project’s name into the chosen folder, weights or network', async () => {
    const { elsewhere } = exports;
    open.api.handlers['export/weights'] = ({ file }) => ({ file, runId: 1 as RunId, images: 3, columns: ['path'] });
    open.api.handlers['export/network'] = ({ target }) => ({
      ...{ runId: 1 as RunId, network: 'head', files: [target], classes: [], input: 'vectors' },
    });
    await elsewhere.write('/media/disk');
    expect(elsewhere.written).toEqual(['/media/disk/trashnet-small weights.npy']);
    elsewhere.choose('onnx');
    expect(elsewhere.written).toEqual([]);
    await elsewhere.write('/media/disk');
    expect(open.asked('export/network')).toMatchObject([
      { target: '/media/disk/trashnet-small network.onnx', format: 'onnx' },
    ]);
  });

  it('says what was refused, and can be tried again', async () => {
    open.api.handlers['export/weights'] = () => {
      throw new TouchstoneError('export-folder-not-empty', 'There is a file already.');
    };
    await exports.elsewhere.write('/media/disk');
    expect(exports.elsewhere.written).toEqual([]);
    expect(exports.elsewhere.isWriting).toBe(false);
    expect(open.app.notice).not.toBeNull();
  });
});
