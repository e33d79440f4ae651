import { describe, expect, it } from 'vitest';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';
import { trainOnce, trustFirst, withImportedProject, type TestProject } from '../../factories/make-services.ts';

async function withTrained(work: (project: TestProject) => Promise<void>): Promise<void> {
  await withImportedProject(8, async (project) => {
    await trustFirst(project, 1);
    await trainOnce(project);
    await work(project);
  });
}

async function drawMap({ call, finish, projectId }: TestProject) {
  const { jobId } = await call('map/draw', { projectId });
  return finish('map', jobId);
}

function decode(text: string): Uint16Array {
  return new Uint16Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}

describe('the map', () => {
  it('has a place for every image, with its class, decision and rank', () =>
    withTrained(async (project) => {
      const { call, projectId } = project;
      expect(await call('map/points', { projectId })).toBe(null);
      expect(await drawMap(project)).toEqual({ images: 24 });
      const map = await call('map/points', { projectId });
      expect(map).toMatchObject({ count: 24, missing: 0 });
      const points = decode(map?.points ?? '');
      expect(points).toHaveLength(48);
      expect([Math.min(...points), Math.max(...points)]).toEqual([0, 65_535]);
      expect(new Set(decode(map?.givenClassIds ?? ''))).toEqual(new Set([1, 2, 3]));
      const decisions = Buffer.from(map?.decisions ?? '', 'base64');
      expect([...decisions].filter((code) => code === 255)).toHaveLength(3);
    }));

  it('is the same when it is drawn again', () =>
    withTrained(async (project) => {
      const { call, projectId } = project;
      await drawMap(project);
      const first = await call('map/points', { projectId });
      await drawMap(project);
      expect((await call('map/points', { projectId }))?.points).toBe(first?.points);
    }));

  it('filters the list by an area', () =>
    withTrained(async (project) => {
      const { call, projectId } = project;
      const pathsIn = async (mapArea: readonly number[]) => {
        const query = { by: 'suspicion', filter: { mapArea } } as const;
        return call('review/ids', { projectId, query, offset: 0, limit: 100 });
      };
      const whole = [-1, -1, 2, -1, 2, 2, -1, 2];
      expect(await pathsIn(whole)).toHaveLength(0);
      await drawMap(project);
      expect(await pathsIn(whole)).toHaveLength(24);
      const left = await pathsIn([-1, -1, 0.5, -1, 0.5, 2, -1, 2]);
      const right = await pathsIn([0.5, -1, 2, -1, 2, 2, 0.5, 2]);
      expect(left.length).toBeGreaterThan(0);
      expect(left.length + right.length).toBe(24);
    }));

  it('needs embeddings', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, wait } = project;
      const { jobId } = await call('map/draw', { projectId });
      expect(await wait(jobId)).toMatchObject({ status: 'failed', error: { code: 'run-not-found' } });
    }));
});

describe('similar images', () => {
  it('come in the order of their cosine, the image itself first, whatever the score', () =>
    withTrained(async ({ call, projectId, embedder }) => {
      const query = { by: 'suspicion', filter: {} } as const;
      const ids = await call('review/ids', { projectId, query, offset: 0, limit: 24 });
      const [wanted = 0 as SampleId] = ids.slice(5);
      const ordered = await call('review/page', {
        projectId,
        query: { ...query, similarTo: wanted },
        offset: 0,
        limit: 24,
      });
      expect(ordered.total).toBe(24);
      expect(ordered.rows[0]?.id).toBe(wanted);
      const { vectors } = (await embedder.cached(null, ordered.rows as never, 'mobilenet-v1')) ?? {
        vectors: new Float32Array(),
      };
      const cosine = (row: number): number => {
        const [own, other] = [vectors.subarray(0, 4), vectors.subarray(4 * row, 4 * row + 4)];
        return (
          own.reduce((sum, value, d) => sum + value * (other[d] ?? 0), 0) / Math.hypot(...own) / Math.hypot(...other)
        );
      };
      const cosines = ordered.rows.map((_, row) => cosine(row));
      expect(cosines).toEqual(cosines.toSorted((a, b) => b - a));
      const filter = { givenClassIds: [ordered.rows[0]?.givenClassId ?? (1 as never)] };
      const narrowed = await call('review/ids', {
        projectId,
        query: { ...query, filter, similarTo: wanted },
        offset: 0,
        limit: 9,
      });
      expect(narrowed).toEqual(
        ordered.rows.filter(({ givenClassId }) => givenClassId === filter.givenClassIds[0]).map(({ id }) => id),
      );
    }));

  it('are refused with what is missing', () =>
    withImportedProject(2, async ({ call, projectId }) => {
      const page = (similarTo: number) =>
        call('review/page', {
          ...{ projectId, offset: 0, limit: 1 },
          query: { by: 'suspicion', filter: {}, similarTo: similarTo as SampleId },
        });
      await expect(page(1)).rejects.toMatchObject({ code: 'run-not-found' });
      await expect(page(999)).rejects.toMatchObject({ code: 'not-found' });
    }));
});
