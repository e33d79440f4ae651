import { describe, expect, it } from 'vitest';
import { judgeMeasures, qualityReason } from '../../../../src-main/core/pictures/judge-measures.ts';
import { measurePicture } from '../../../../src-main/core/pictures/measure-picture.ts';
import { perceptualHash, thumbOf } from '../../../../src-main/core/pictures/perceptual-hash.ts';
import { hammingDistance } from '../../../../src-main/core/similarity/sketch.ts';

type Draw = (x: number, y: number) => number;

function draw(width: number, height: number, value: Draw): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, place) =>
    Math.max(0, Math.min(255, Math.round(value(place % width, Math.floor(place / width))))),
  );
}

/** Something with edges of all sizes, anywhere: coordinates in [0, 1]. */
const scene = (x: number, y: number): number =>
  128 + 60 * Math.sign(Math.sin(9 * x + 4 * y)) + 40 * Math.sign(Math.cos(23 * y - 11 * x));

function kindsOf(value: Draw, width = 128, height = 96): readonly string[] {
  const size = { width, height };
  return judgeMeasures(measurePicture(draw(width, height, value), size, size)).map(({ kind }) => kind);
}

describe('measures of a picture', () => {
  it('find nothing odd in a sharp picture', () => {
    expect(kindsOf((x, y) => scene(x / 128, y / 96))).toEqual([]);
  });

  it('tell blur, whatever the contrast', () => {
    const soft = (x: number, y: number): number => 128 + 100 * Math.sin(x / 28) * Math.cos(y / 25);
    expect(kindsOf(soft)).toEqual(['blurred']);
    expect(kindsOf((x, y) => 120 + (soft(x, y) - 128) / 4)).toEqual(['blurred']);
  });

  it('tell dark and bright ones', () => {
    expect(kindsOf((x, y) => scene(x / 128, y / 96) / 6)).toEqual(['dark']);
    expect(kindsOf((x, y) => 255 - scene(x / 128, y / 96) / 6)).toEqual(['bright']);
  });

  it('call a plain surface empty, and nothing else', () => {
    expect(kindsOf(() => 3)).toEqual(['low-information']);
    expect(kindsOf(() => 250)).toEqual(['low-information']);
  });

  it('tell an odd shape beside everything else', () => {
    const measures = measurePicture(
      draw(128, 20, (x, y) => scene(x / 128, y / 20)),
      { width: 128, height: 20 },
      { width: 1280, height: 200 },
    );
    expect(measures.aspect).toBeCloseTo(6.4);
    expect(judgeMeasures(measures).map(({ kind }) => kind)).toEqual(['odd-aspect']);
    expect(qualityReason('odd-aspect', 6.4)).toBe(
      'An unusual shape: one side is 6.4 times the other, suspicious above 3.',
    );
  });

  it('have no sharpness where there are too few pixels for it', () => {
    expect(
      measurePicture(
        draw(2, 2, (x, y) => 200 * ((x + y) % 2)),
        { width: 2, height: 2 },
        { width: 2, height: 2 },
      ).sharpness,
    ).toBeNaN();
  });
});

describe('the perceptual hash', () => {
  function distance(
    one: Uint8Array,
    oneSize: readonly [number, number],
    other: Uint8Array,
    otherSize: readonly [number, number],
  ): number {
    const bits = Uint32Array.of(...perceptualHash(one, ...oneSize), ...perceptualHash(other, ...otherSize));
    return hammingDistance(bits, 2, 0, 1);
  }
  const picture = draw(128, 96, (x, y) => scene(x / 128, y / 96));

  it('hardly changes with size, brightness and noise', () => {
    const small = draw(64, 48, (x, y) => 20 + 0.8 * scene(x / 64, y / 48) + 3 * Math.sin(31 * x + 17 * y));
    expect(distance(picture, [128, 96], small, [64, 48])).toBeLessThanOrEqual(4);
  });

  it('differs for another picture', () => {
    const other = draw(128, 96, (x, y) => scene(y / 96, (1.7 * x) / 128));
    expect(distance(picture, [128, 96], other, [128, 96])).toBeGreaterThan(12);
  });

  it('comes with a small picture of the means', () => {
    const halves = draw(64, 64, (x) => (x < 32 ? 10 : 210));
    const thumb = thumbOf(halves, 64, 64);
    expect([thumb.length, thumb[0], thumb[7], thumb[8], thumb[255]]).toEqual([256, 10, 10, 210, 210]);
    expect(thumbOf(Uint8Array.of(7), 1, 1).every((value) => value === 7)).toBe(true);
  });
});
