import { beforeEach, describe, expect, it } from 'vitest';
import { runReviewCommand } from '../../../src-renderer/features/review/review-commands.ts';
import { checkSentence, leftOutSentence } from '../../../src-renderer/features/problems/problem-sentences.ts';
import { circleArea, nearestPoint, thinLine } from '../../../src-renderer/features/map/map-data.ts';
import { drawPoints, packColours } from '../../../src-renderer/features/map/draw-points.ts';
import { colourPoints } from '../../../src-renderer/features/map/map-colours.ts';
import { panMap, toMap, toPixels, wholeMap, zoomMap } from '../../../src-renderer/features/map/map-view.ts';
import { isInPolygon } from '../../../src-main/core/similarity/polygon.ts';
import { FakeWork } from '../fake-work.ts';
import { openReview, settle, type OpenReview } from './open-review.ts';

let open: OpenReview;
let work: FakeWork;

beforeEach(async () => {
  open = await openReview({ samples: 300 });
  work = new FakeWork(open.api, { runs: [open.api.project.run()] });
});

function asked() {
  return open.api.calls.filter(({ name }) => name === 'review/page').at(-1)?.input;
}

function press(id: string): void {
  runReviewCommand(open.review, id, '', { focusSearch: () => undefined });
}

describe('similar images', () => {
  it('order the list by likeness to the focused one, and say so until the order is another', async () => {
    const { review } = open;
    await review.setFilter({ trusted: false });
    review.focus(4);
    const wanted = review.focused;
    press('review/similar');
    await settle();
    expect(asked()).toMatchObject({ query: { similarTo: wanted?.id, filter: {} } });
    expect(review.tools.similarPath).toBe(wanted?.path);
    expect(review.suspects.cutIndex).toBe(null);
    await review.setFilter({ trusted: true });
    expect(asked()).toMatchObject({ query: { similarTo: wanted?.id, filter: { trusted: true } } });
    await review.setOrder('margin');
    expect(asked()).not.toHaveProperty('query.similarTo');
    expect(review.tools.similarPath).toBe(null);
  });

  it('end with the chip, and the line between suspects and the rest is back', async () => {
    await open.review.tools.showSimilar();
    await open.review.tools.endSimilar();
    expect(asked()).not.toHaveProperty('query.similarTo');
    expect(open.review.suspects.cutIndex).not.toBe(null);
  });
});

describe('the map', () => {
  beforeEach(async () => {
    press('review/map');
    await open.review.tools.map.load();
    open.review.tools.map.frame = { width: 800, height: 600 };
  });

  it('opens and closes with its key, and with Escape', () => {
    const { tools } = open.review;
    expect(tools.isMapOpen).toBe(true);
    press('review/escape');
    expect(tools.isMapOpen).toBe(false);
  });

  it('holds every image, and finds the one that is near', () => {
    const { data, missing } = open.review.tools.map;
    if (!data) throw new Error('No map was loaded.');
    expect([data.count, missing]).toEqual([300, 7]);
    for (const place of [0, 123, 299]) {
      const [x, y] = [data.points[2 * place] ?? 0, data.points[2 * place + 1] ?? 0];
      const found = nearestPoint(data, x + 1e-6, y, 0.05) ?? -1;
      expect(Math.hypot((data.points[2 * found] ?? 9) - x, (data.points[2 * found + 1] ?? 9) - y)).toBeLessThan(2e-6);
    }
    expect(nearestPoint(data, -5, -5, 0.1)).toBe(null);
  });

  it('filters the list by what is drawn around, and takes no mere click for an area', async () => {
    const { map } = open.review.tools;
    map.extendLine(0.1, 0.1);
    expect(map.closeLine()).toBe(false);
    for (const corner of circleArea(0.4, 0.4, 0.2, 600)) map.line = [...map.line, corner];
    expect(map.closeLine()).toBe(true);
    await settle();
    const { query } = asked() as { query: { filter: { mapArea: readonly number[] } } };
    expect(query.filter.mapArea).toHaveLength(400);
    expect(isInPolygon(query.filter.mapArea, 0.4, 0.4)).toBe(true);
    await open.review.tools.clearArea();
    expect(asked()).not.toHaveProperty('query.filter.mapArea');
  });

  it('does the same from the keyboard: a circle that is moved, sized, read out and chosen', async () => {
    const { map } = open.review.tools;
    expect(map.crossWords).toBe('');
    map.moveCross(1, 0);
    expect(map.cross).toMatchObject({ x: 0.5, y: 0.5 });
    map.moveCross(-1, 0);
    map.moveCross(0, 1);
    expect(map.cross?.x).toBeCloseTo(0.47);
    expect(map.cross?.y).toBeCloseTo(0.53);
    map.resizeCross(20);
    expect(map.crossWords).toMatch(/^\d+ images in the circle: \d+ glass, /);
    map.chooseCross();
    await settle();
    expect(open.review.list.query.filter.mapArea).toHaveLength(64);
  });

  it('is drawn as a job, and loaded when that is done', async () => {
    const { map } = open.review.tools;
    work.insight.hasMap = false;
    await map.load();
    expect(map.data).toBe(null);
    await map.draw();
    expect(map.drawing.isRunning).toBe(true);
    work.insight.hasMap = true;
    work.finish('map', { images: 300 });
    await settle();
    expect(map.data?.count).toBe(300);
  });

  it('colours by label, suspicion and decision, each with words', () => {
    const { map } = open.review.tools;
    const { data } = map;
    if (!data) throw new Error('No map was loaded.');
    const { classes } = open.review;
    const byClass = colourPoints(data, 'class', classes, true);
    expect(byClass.legend.map(({ text }) => text)).toEqual(classes.map(({ name }) => name));
    const place = data.classIds.findIndex((classId) => classId === classes[1]?.classId);
    expect(byClass.colourOf(place)).toEqual(byClass.legend[1]?.colour);
    const bySuspicion = colourPoints(data, 'suspicion', classes, false);
    expect(bySuspicion.colourOf(0)).not.toEqual(bySuspicion.colourOf(299));
    const byDecision = colourPoints(data, 'decision', classes, true);
    expect(byDecision.legend.at(-1)).toEqual({ text: 'trusted', colour: byDecision.colourOf(39) });
  });
});

describe('the window on the map', () => {
  const frame = { width: 800, height: 600 };

  it('zooms where the pointer is, and not below the whole', () => {
    const zoomed = zoomMap(frame, wholeMap, 4, 500, 200);
    const [x, y] = toMap(frame, zoomed, 500, 200);
    const [beforeZoomX, beforeZoomY] = toMap(frame, wholeMap, 500, 200);
    expect(Math.hypot(x - beforeZoomX, y - beforeZoomY)).toBeLessThan(1e-9);
    expect(zoomMap(frame, zoomed, 0.01, 0, 0)).toEqual(wholeMap);
    const [px, py] = toPixels(frame, panMap(frame, zoomed, 10, -5), 0.5, 0.5);
    const [beforeX, beforeY] = toPixels(frame, zoomed, 0.5, 0.5);
    expect(px - beforeX).toBeCloseTo(10);
    expect(py - beforeY).toBeCloseTo(-5);
  });

  it('draws points where they lie, and none outside', () => {
    const size = { width: 20, height: 20 };
    const pixels = new Uint32Array(400);
    const colours = packColours(2, () => [1, 2, 3]);
    drawPoints(pixels, size, wholeMap, { points: Float32Array.of(0.5, 0.5, 9, 9), count: 2 }, colours, 2);
    const drawn = [...pixels.keys()].filter((place) => pixels[place] !== 0);
    expect(drawn).toEqual([189, 190, 209, 210]);
    expect(pixels[189]).toBe(0xff030201);
  });

  it('thins a long line evenly', () => {
    expect(thinLine([0, 0, 1, 1, 2, 2, 3, 3], 2)).toEqual([0, 0, 2, 2]);
    expect(thinLine([0, 0, 1, 1], 9)).toEqual([0, 0, 1, 1]);
  });
});

describe('problems of the images', () => {
  it('show exactly the images of a kind', async () => {
    const { tools } = open.review;
    tools.areProblemsShown = true;
    await tools.check.load();
    expect(tools.check.found.map(({ kind }) => kind)).toEqual([
      ...['duplicate', 'near-duplicate', 'near-duplicate-other-label', 'blurred', 'dark'],
    ]);
    await tools.showProblems(['blurred']);
    expect(tools.areProblemsShown).toBe(false);
    expect(asked()).toMatchObject({ query: { filter: { problemKinds: ['blurred'] } } });
  });

  it('are looked for in a job that can be stopped', async () => {
    const { check } = open.review.tools;
    work.insight.isChecked = false;
    await check.load();
    if (check.summary) expect(checkSentence(check.summary)).toMatch(/^Not checked yet/);
    await check.check();
    expect(check.job.isRunning).toBe(true);
    await check.cancel();
    await settle();
    expect(check.job.isRunning).toBe(false);
    await check.check();
    work.insight.isChecked = true;
    work.finish('problem-check', work.insight.summary());
    await settle();
    expect(check.found).toHaveLength(5);
  });

  it('say what was left out, and when they are old', () => {
    const summary = work.insight.summary();
    expect(leftOutSentence(summary)).toMatch(/^More than a third of the images are very bright/);
    expect(leftOutSentence({ ...summary, leftOut: [] })).toBe(null);
    expect(checkSentence({ ...summary, isCurrent: false })).toContain('check again');
  });
});
