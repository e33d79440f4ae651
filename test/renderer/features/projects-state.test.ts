import { beforeEach, describe, expect, it } from 'vitest';
import { ProjectsState } from '../../../src-renderer/features/projects/projects-state.svelte.ts';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import { openWork } from './open-work.ts';
import type { OpenWork } from './open-work.ts';
import { settle } from './open-review.ts';

const recent = [
  { folder: '/p/one', name: 'one', openedAtMs: 1, isPresent: true },
  { folder: '/p/two', name: 'two', openedAtMs: 2, isPresent: false },
];
const desktop = { chooseFolder: async () => '/data/birds', chooseFile: async () => null };
let open: OpenWork;
let projects: ProjectsState;

beforeEach(async () => {
  open = await openWork({ recent, desktop, isClosed: true });
  projects = new ProjectsState(open.app, open.chooser);
  projects.start();
  await projects.load();
});

describe('a new project', () => {
  it('is proposed with a name and a place after its images', async () => {
    await projects.chooseNew();
    expect(projects.draft).toMatchObject({
      pictures: '/data/birds',
      name: 'birds',
      folder: '/home/me/Touchstone/birds',
    });
  });

  it('takes the folder along with its name until another one is chosen', async () => {
    await projects.chooseNew();
    projects.rename('garden');
    expect(projects.draft?.folder).toBe('/home/me/Touchstone/garden');
    projects.moveTo('/elsewhere');
    projects.rename('birds');
    expect(projects.draft?.folder).toBe('/elsewhere');
  });

  it('is made, and Import looks at the images', async () => {
    await projects.chooseNew();
    await projects.create();
    expect(open.asked('project/create')).toEqual([{ folder: '/home/me/Touchstone/birds', name: 'birds' }]);
    expect(open.app.page).toBe('import');
    expect(open.app.requestedSource).toBe('/data/birds');
    expect(projects.draft).toBeNull();
  });

  it('keeps what was typed when the host refuses it, and says why', async () => {
    open.api.handlers['project/create'] = () => {
      throw new TouchstoneError('project-exists', 'There is a project in /home/me/Touchstone/birds. Open it.');
    };
    await projects.chooseNew();
    await projects.create();
    expect(projects.draft?.name).toBe('birds');
    expect(projects.draft?.error).toContain('There is a project');
    expect(open.app.page).toBe('projects');
  });

  it('needs a name', async () => {
    await projects.chooseNew();
    projects.rename('  ');
    await projects.create();
    expect(projects.draft?.error).not.toBe('');
    expect(open.asked('project/create')).toEqual([]);
  });
});

describe('known projects', () => {
  it('are opened at the step that comes next', async () => {
    await projects.open('/p/one');
    expect(open.app.project).not.toBeNull();
    expect(open.app.page).toBe('review');
  });

  it('are taken off the list', async () => {
    await projects.forget('/p/two');
    expect(projects.recent?.map(({ folder }) => folder)).toEqual(['/p/one']);
    expect(open.asked('project/forget-recent')).toEqual([{ folder: '/p/two' }]);
  });

  it('say how much a deleted cache freed', async () => {
    await open.app.openProject('/p/one');
    await projects.deleteCache();
    expect(open.app.notice?.text).toContain('12.4');
  });
});

describe('the example', () => {
  it('is made once, then opened', async () => {
    await projects.startExample();
    await projects.startExample();
    expect(open.asked('project/create-example')).toHaveLength(1);
    expect(projects.example.isRunning).toBe(true);
    open.work.finish('example', { ...open.api.project.status(), folder: '/home/me/Touchstone/Example' });
    await settle();
    expect(open.asked('project/open')).toEqual([{ folder: '/home/me/Touchstone/Example' }]);
    expect(open.app.page).toBe('import');
    expect(projects.example.isRunning).toBe(false);
  });

  it('can be stopped', async () => {
    await projects.startExample();
    await projects.example.cancel();
    await settle();
    expect(projects.example.isRunning).toBe(false);
    expect(open.app.project).toBeNull();
  });
});
