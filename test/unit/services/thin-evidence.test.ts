import { describe, expect, it } from 'vitest';
import { thinEvidence, type Evidence } from '../../../src-main/services/thin-evidence.ts';
import { trainOnce, trustFirst, withImportedProject, type TestProject } from '../../factories/make-services.ts';

const enough: Evidence = {
  visits: 15,
  history: Array.from({ length: 15 }, () => ({ margin: -1 })),
  classes: [
    { name: 'cat', trusted: 3 },
    { name: 'dog', trusted: 10 },
  ],
};

describe('thin evidence', () => {
  it('is not claimed where there is enough', () => {
    expect(thinEvidence(enough)).toBeNull();
  });

  it('names the classes with too few trusted images', () => {
    const classes = [
      { name: 'cat', trusted: 1 },
      { name: 'dog', trusted: 2 },
    ];
    expect(thinEvidence({ ...enough, classes })).toBe(
      'Thin evidence: only 1 trusted image of "cat"; only 2 trusted images of "dog".',
    );
    expect(thinEvidence({ ...enough, classes: [{ name: 'cat', trusted: 0 }] })).toMatch(/no trusted image of "cat"/);
  });

  it('counts visits, and epochs in which the model changed sides', () => {
    expect(thinEvidence({ ...enough, visits: 1 })).toBe('Thin evidence: seen 1 time in training.');
    const history = [1, -1, 1, -1, 1, 1].map((margin) => ({ margin }));
    expect(thinEvidence({ ...enough, history })).toMatch(/against the label in 2 of 6 epochs/);
    expect(thinEvidence({ ...enough, history: history.slice(0, 4) })).toBeNull();
  });
});

describe('a project with one trusted image per class', () => {
  async function firstDetail({ call, projectId }: TestProject) {
    const query = { by: 'suspicion', filter: { trusted: false } } as const;
    const [sampleId] = await call('review/ids', { projectId, query, offset: 0, limit: 1 });
    return call('review/sample', { projectId, sampleId: sampleId! });
  }

  it('is told that its evidence is thin', () =>
    withImportedProject(3, async (project) => {
      await trustFirst(project, 1);
      await trainOnce(project);
      const { thinEvidence: words, sample } = await firstDetail(project);
      expect(sample.rankPosition).toBe(1);
      expect(words).toMatch(/^Thin evidence: only 1 trusted image of "\w+"/);
    }));

  it('has nothing to explain where each class has that one image alone', () =>
    withImportedProject(1, async (project) => {
      await trustFirst(project, 1);
      await trainOnce(project);
      const { call, projectId } = project;
      const page = await call('review/page', {
        projectId,
        query: { by: 'suspicion', filter: {} },
        offset: 0,
        limit: 9,
      });
      expect(page.rows.map(({ rankPosition }) => rankPosition)).toEqual([null, null, null]);
      const detail = await call('review/sample', { projectId, sampleId: page.rows[0]!.id });
      expect(detail.thinEvidence).toBeNull();
    }));
});
