/**
 * Draws the pictures of the example dataset as SVG: a pattern that fills a patch of the picture, over clutter. Colours, sizes, angles
 * and places are drawn at random and alike for every class, so that only the pattern tells the class.
 */
import type { RandomGenerator } from '../core/random/random-generator.ts';

/** The classes, from the most frequent to the rarest. */
export const exampleClasses = ['stripes', 'dots', 'checks', 'rings', 'zigzag', 'stars'] as const;
export type ExampleClass = (typeof exampleClasses)[number];

/** The side of every drawing in its own units; the picture's pixels follow later. */
const side = 100;

interface Look {
  readonly foreground: string;
  readonly background: string;
  readonly backdrop: string;
  /** Distance from one line, dot or ring to the next. */
  readonly pitch: number;
}

/** A picture of the class as SVG, square, to be rendered at `pixels` per side. */
export function drawExample(name: ExampleClass, pixels: number, random: RandomGenerator): string {
  const look = drawLook(random);
  const angle = between(random, 0, 360);
  const x = between(random, 42, 58);
  const y = between(random, 42, 58);
  const half = between(random, 36, 52);
  const pattern = painters[name](look, random);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}" viewBox="0 0 ${side} ${side}">`,
    `<rect width="${side}" height="${side}" fill="${look.backdrop}"/>`,
    drawClutter(random),
    `<clipPath id="patch"><circle cx="${x}" cy="${y}" r="${half}"/></clipPath>`,
    `<g clip-path="url(#patch)"><circle cx="${x}" cy="${y}" r="${half}" fill="${look.background}"/>`,
    `<g transform="translate(${x} ${y}) rotate(${angle})">${pattern}</g></g>`,
    '</svg>',
  ].join('');
}

/** Each paints over -60 .. 60 in both directions, and covers about half of what lies below. */
const painters: Readonly<Record<ExampleClass, (look: Look, random: RandomGenerator) => string>> = {
  stripes: ({ foreground, pitch }) =>
    steps(pitch)
      .map((at) => `<rect x="-60" y="${at}" width="120" height="${pitch / 2}" fill="${foreground}"/>`)
      .join(''),
  dots: ({ foreground, pitch }) =>
    grid(pitch)
      .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="${pitch * 0.36}" fill="${foreground}"/>`)
      .join(''),
  checks: ({ foreground, pitch }) =>
    grid(pitch)
      .filter(([x, y]) => Math.round((x + y) / pitch) % 2 === 0)
      .map(([x, y]) => `<rect x="${x}" y="${y}" width="${pitch}" height="${pitch}" fill="${foreground}"/>`)
      .join(''),
  rings: ({ foreground, pitch }, random) => {
    const centre = `cx="${between(random, -8, 8)}" cy="${between(random, -8, 8)}"`;
    return steps(pitch)
      .filter((at) => at > 0)
      .map(
        (radius) => `<circle ${centre} r="${radius}" fill="none" stroke="${foreground}" stroke-width="${pitch / 2}"/>`,
      )
      .join('');
  },
  zigzag: ({ foreground, pitch }) =>
    steps(pitch)
      .map((at) => {
        const points = steps(pitch).map((x, index) => `${x},${at + (index % 2 === 0 ? 0 : pitch)}`);
        return `<polyline points="${points.join(' ')}" fill="none" stroke="${foreground}" stroke-width="${pitch / 2.6}"/>`;
      })
      .join(''),
  stars: ({ foreground, pitch }) =>
    grid(pitch * 1.7)
      .map(([x, y]) => `<polygon points="${starPoints(x, y, pitch * 0.85)}" fill="${foreground}"/>`)
      .join(''),
};

function steps(pitch: number): readonly number[] {
  const count = Math.ceil(60 / pitch);
  return Array.from({ length: 2 * count + 1 }, (_, index) => (index - count) * pitch);
}

function grid(pitch: number): readonly (readonly [number, number])[] {
  return steps(pitch).flatMap((y) => steps(pitch).map((x) => [x, y] as const));
}

function starPoints(x: number, y: number, radius: number): string {
  return Array.from({ length: 10 }, (_, index) => {
    const reach = index % 2 === 0 ? radius : radius * 0.4;
    const angle = (index * Math.PI) / 5;
    return `${(x + reach * Math.sin(angle)).toFixed(2)},${(y - reach * Math.cos(angle)).toFixed(2)}`;
  }).join(' ');
}

/** A few shapes behind the patch that have nothing to do with the class. */
function drawClutter(random: RandomGenerator): string {
  const count = 3 + random.integer(4);
  return Array.from({ length: count }, () => {
    const place = `${between(random, 0, side)} ${between(random, 0, side)}`;
    const extent = between(random, 8, 30);
    const shape =
      random.integer(2) === 0
        ? `<ellipse rx="${extent}" ry="${extent / 2}"`
        : `<rect width="${extent}" height="${extent / 3}"`;
    return `${shape} transform="translate(${place}) rotate(${between(random, 0, 180)})" fill="${colour(random, between(random, 25, 75))}"/>`;
  }).join('');
}

/** Light on dark or dark on light, evenly often, in any colour. */
function drawLook(random: RandomGenerator): Look {
  const light = between(random, 66, 88);
  const dark = between(random, 12, 34);
  const isLightAbove = random.integer(2) === 0;
  return {
    foreground: colour(random, isLightAbove ? light : dark),
    background: colour(random, isLightAbove ? dark : light),
    backdrop: colour(random, between(random, 30, 70)),
    pitch: between(random, 10, 16),
  };
}

function colour(random: RandomGenerator, lightness: number): string {
  return `hsl(${Math.round(between(random, 0, 360))},${Math.round(between(random, 25, 80))}%,${Math.round(lightness)}%)`;
}

function between(random: RandomGenerator, low: number, high: number): number {
  return Number((low + (high - low) * random.uniform()).toFixed(2));
}
