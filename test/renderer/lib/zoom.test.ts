import { describe, expect, it } from 'vitest';
import { fitted, moveBy, zoomAt } from '../../../src-renderer/lib/zoom.ts';

describe('zoom', () => {
  it('keeps the point under the pointer in place', () => {
    const zoom = zoomAt(zoomAt(fitted, 2, 40, -30), 1.5, -10, 20);
    const pictureX = (-10 - zoomAt(fitted, 2, 40, -30).x) / 2;
    expect(zoom.x + pictureX * zoom.scale).toBeCloseTo(-10);
  });

  it('never goes below the fitted image, and fits it again there', () => {
    expect(zoomAt(zoomAt(fitted, 4, 50, 50), 0.01, 0, 0)).toEqual(fitted);
  });

  it('keeps the image in its frame while it is dragged', () => {
    const zoom = moveBy({ scale: 3, x: 0, y: 0 }, 1000, -20, { width: 100, height: 80 });
    expect(zoom).toEqual({ scale: 3, x: 100, y: -20 });
  });
});
