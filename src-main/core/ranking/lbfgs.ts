/**
 * L-BFGS (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5) as a generator that yields the points it wants
 * to know about: whoever drives it may evaluate the points of several problems in one pass over the data.
 */

import { dot } from './dot.ts';

/** Value and gradient of the objective at the point that was asked for. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface LbfgsOptions {
  /** Most points to move to; each costs one evaluation, or a few where a step has to be shortened. */
  readonly steps: number;
  /** Ends early once the gradient's norm has fallen below this share of the largest norm met. 0: never. */
  readonly gradientTolerance: number;
  /** Ends early once a step promises to lower the value by less than this share of it: what its rounding hides. 0: never. */
  readonly valueTolerance: number;
}

/** Steps and gradient changes remembered. */
const memory = 10;
/** Armijo's condition: the decrease must be at least this share of what the slope promises. */
const sufficientDecrease = 1e-4;
/** After so many shortenings, each to a half or less, the step is below what the objective's rounding can tell: the minimum is reached. */
const mostShortenings = 12;
/** At once to no less than this share: the parabola that says more knows the line's two ends alone. */
const leastShortening = 0.02;
/** A pair with less curvature than this (cosine of step and gradient change) would make the model indefinite. */
const leastCurvature = 1e-10;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / <step, change> */
  readonly rho: number;
}

/** Minimises from `start`. Yields points, expects their evaluation, returns the best point. Points may be kept: they are never reused. */
export function* lbfgs(start: Float64Array, options: LbfgsOptions): Generator<Float64Array, Float64Array, Evaluation> {
  let point = start;
  let current = yield point;
  let largestNorm = norm(current.gradient);
  const pairs: Pair[] = [];
  for (let step = 0; step < options.steps; step++) {
    const gradientNorm = norm(current.gradient);
    largestNorm = Math.max(largestNorm, gradientNorm);
    if (gradientNorm <= options.gradientTolerance * largestNorm) break;
    const direction = descentDirection(current.gradient, pairs);
    if (-dot(current.gradient, direction) <= options.valueTolerance * Math.abs(current.value)) break;
    const moved = yield* searchAlong(point, direction, current, pairs.length === 0 ? 1 / gradientNorm : 1);
    if (moved === null) break;
    remember(pairs, point, moved.point, current.gradient, moved.evaluation.gradient);
    ({ point, evaluation: current } = moved);
  }
  return point;
}

interface Move {
  readonly point: Float64Array;
  readonly evaluation: Evaluation;
}

/** Backtracking: shortens the step until Armijo's condition holds; null where no step does. */
function* searchAlong(
  point: Float64Array,
  direction: Float64Array,
  current: Evaluation,
  firstLength: number,
): Generator<Float64Array, Move | null, Evaluation> {
  const slope = dot(current.gradient, direction);
  let length = firstLength;
  for (let shortenings = 0; shortenings <= mostShortenings; shortenings++) {
    const candidate = sum(point, direction, length);
    const evaluation = yield candidate;
    if (evaluation.value <= current.value + sufficientDecrease * length * slope)
      return { point: candidate, evaluation };
    length *= shortening(length * slope, evaluation.value - current.value);
  }
  return null;
}

/**
 * Share of a step at which the parabola has its minimum that has the step's slope at its start and its value at its end (Nocedal and Wright, 3.58), at most a half.
 * `promised`: by how much the slope alone would change the value, negative; `met`: by how much the step did.
 */
function shortening(promised: number, met: number): number {
  const minimum = -promised / (2 * (met - promised));
  return minimum > leastShortening ? Math.min(0.5, minimum) : leastShortening;
}

/** -H g by the two-loop recursion, H starting as <s, y> / <y, y> of the newest pair. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = sum(new Float64Array(gradient.length), gradient, -1);
  const alphas: number[] = [];
  for (const { step, change, rho } of pairs.toReversed()) {
    const alpha = rho * dot(step, direction);
    alphas.push(alpha);
    addScaled(direction, change, -alpha);
  }
  const newest = pairs.at(-1);
  if (newest !== undefined) scale(direction, 1 / (newest.rho * dot(newest.change, newest.change)));
  for (const { step, change, rho } of pairs) {
    const alpha = alphas.pop() ?? 0;
    addScaled(direction, step, alpha - rho * dot(change, direction));
  }
  return direction;
}

function remember(
  pairs: Pair[],
  from: Float64Array,
  to: Float64Array,
  gradientFrom: Float64Array,
  gradientTo: Float64Array,
): void {
  const step = sum(to, from, -1);
  const change = sum(gradientTo, gradientFrom, -1);
  const curvature = dot(step, change);
  if (curvature <= leastCurvature * norm(step) * norm(change)) return;
  pairs.push({ step, change, rho: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}

/** a + factor b */
function sum(a: Float64Array, b: Float64Array, factor: number): Float64Array {
  const result = a.slice();
  addScaled(result, b, factor);
  return result;
}

function addScaled(target: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) target[index]! += factor * values[index]!;
}

function scale(target: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) target[index]! *= factor;
}
