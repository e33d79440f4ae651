import { beforeEach, describe, expect, it } from 'vitest';
import { GridView } from '../../../src-renderer/features/review/grid-view.svelte.ts';

let view: GridView;

beforeEach(() => {
  view = new GridView();
  view.count = 1_000_000;
  view.resize(824, 800, 148);
});

function focusHeight(): number {
  return Math.floor(view.focusIndex / view.layout.columns) * view.rowHeight - view.top;
}

describe('the grid of a million images', () => {
  it('reaches the last one by key, though no element could be that tall', () => {
    view.focus(view.target('end'));
    expect(view.focusIndex).toBe(999_999);
    expect(view.range.end).toBe(1_000_000);
    expect(view.spacer).toBe(8_000_000);
  });

  it('draws only what is in view', () => {
    expect(view.range.end - view.range.start).toBeLessThan(60);
  });

  it('scrolls by the pixels of the wheel and puts the scroll bar right at rest', () => {
    view.focus(500_000);
    const { top, scrollTop } = view;
    view.scrolled(scrollTop + 90, 1000);
    expect(view.top).toBe(top + 90);
    view.settle();
    expect(view.top).toBe(top + 90);
    expect(Math.abs(view.scrollTop - scrollTop)).toBeLessThan(90);
  });

  it('takes the echo of its own scrolling for nothing', () => {
    view.focus(500_000);
    const { top } = view;
    view.scrolled(view.scrollTop + 0.4, 1000);
    expect(view.top).toBe(top);
  });
});

describe('the focused cell', () => {
  it('is where it was when the grid comes back from behind the map, where it had no size', () => {
    view.focus(500_000);
    const before = focusHeight();
    view.resize(0, 0, 148);
    view.resize(824, 800, 148);
    expect(focusHeight()).toBe(before);
  });
});

describe('the rows that are drawn', () => {
  function rowsBySlot(): Map<number, number> {
    const slots = view.lastRow - view.firstRow;
    return new Map(Array.from({ length: slots }, (_, slot) => [view.rowInSlot(slot), slot]));
  }

  it('are each in one slot, and stay in it while they are in view', () => {
    view.moveTo(50_000);
    const before = rowsBySlot();
    expect([...before.keys()].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: before.size }, (_, step) => view.firstRow + step),
    );
    view.moveTo(50_000 + 3 * view.rowHeight);
    const after = rowsBySlot();
    const kept = [...before].filter(([row]) => after.has(row));
    expect(kept).toHaveLength(before.size - 3);
    expect(kept.every(([row, slot]) => after.get(row) === slot)).toBe(true);
  });

  it('are flung past only where a view goes by in a moment', () => {
    const step = (pixels: number, nowMs: number) => {
      view.scrolled(view.scrollTop + pixels, nowMs);
      return view.isFast;
    };
    // One leap may be a page key or a click into the scroll bar: what it leads to is wanted.
    expect(step(1500, 1000)).toBe(false);
    expect(step(60, 1016)).toBe(false);
    expect(step(1500, 1032)).toBe(true);
    expect(step(1500, 1048)).toBe(true);
    expect(step(60, 1064)).toBe(false);
    expect(step(1500, 1080)).toBe(true);
    view.settle();
    expect(view.isFast).toBe(false);
  });
});

describe('another size of the cells', () => {
  it('keeps the focused image where it is seen', () => {
    view.focus(500_000);
    view.moveTo(view.top + 200);
    const before = focusHeight();
    view.resize(824, 800, 200);
    expect(view.layout.columns).toBe(4);
    expect(focusHeight()).toBe(before);
  });
});

describe('a smaller window', () => {
  it('still shows the focused image', () => {
    view.focus(500_000);
    view.resize(500, 300, 100);
    expect(focusHeight()).toBeGreaterThanOrEqual(0);
    expect(focusHeight() + view.rowHeight).toBeLessThanOrEqual(300);
  });
});

describe('a list that changed around the focus', () => {
  it('keeps the image at its height', () => {
    view.focus(5000);
    view.moveTo(view.top + 40);
    const before = focusHeight();
    view.shiftFocus(4321);
    expect(view.focusIndex).toBe(4321);
    expect(focusHeight()).toBe(before);
  });
});

describe('a point of the view', () => {
  it('is before or behind the nearest cell', () => {
    const { cellWidth, columns } = view.layout;
    expect(view.indexAt(2, 10)).toBe(0);
    expect(view.indexAt(cellWidth * 2, 10)).toBe(2);
    expect(view.indexAt(2, view.rowHeight + 10)).toBe(columns);
  });
});
