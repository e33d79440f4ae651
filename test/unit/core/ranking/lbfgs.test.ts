import { expect, it } from 'vitest';
import { lbfgs, type Evaluation } from '../../../../src-main/core/ranking/lbfgs.ts';

function minimise(
  objective: (x: Float64Array) => Evaluation,
  start: number[],
  steps: number,
  gradientTolerance = 1e-9,
  valueTolerance = 0,
) {
  const search = lbfgs(Float64Array.from(start), { steps, gradientTolerance, valueTolerance });
  let evaluations = 0;
  let asked = search.next();
  while (asked.done !== true) {
    evaluations++;
    asked = search.next(objective(asked.value));
  }
  return { point: asked.value, evaluations };
}

/** sum of c_i (x_i - i)^2 / 2 with curvatures c from 1 to 1000. */
function quadratic(x: Float64Array): Evaluation {
  const curvature = x.map((_, i) => 10 ** ((3 * i) / (x.length - 1)));
  return {
    value: x.reduce((sum, xi, i) => sum + 0.5 * curvature[i]! * (xi - i) ** 2, 0),
    gradient: x.map((xi, i) => curvature[i]! * (xi - i)),
  };
}

function rosenbrock(x: Float64Array): Evaluation {
  const [a, b] = [x[0]!, x[1]!];
  return {
    value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
    gradient: Float64Array.from([-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)]),
  };
}

it('finds the minimum of a badly scaled quadratic', () => {
  const { point } = minimise(
    quadratic,
    Array.from({ length: 20 }, () => -3),
    200,
  );
  point.forEach((value, i) => expect(value).toBeCloseTo(i, 4));
});

it("follows Rosenbrock's valley to its end", () => {
  const { point } = minimise(rosenbrock, [-1.2, 1], 200);
  expect(point[0]).toBeCloseTo(1, 6);
  expect(point[1]).toBeCloseTo(1, 6);
});

it('never goes up', () => {
  const values: number[] = [];
  for (let steps = 0; steps < 25; steps++) values.push(rosenbrock(minimise(rosenbrock, [-1.2, 1], steps).point).value);
  values.slice(1).forEach((value, index) => expect(value).toBeLessThanOrEqual(values[index]!));
});

it('asks for one evaluation and stays where it is at a minimum', () => {
  const { point, evaluations } = minimise(quadratic, [0, 1, 2], 10);
  expect([...point]).toEqual([0, 1, 2]);
  expect(evaluations).toBe(1);
});

it('shortens a first step that is far too long by what it met there, not by halves', () => {
  // A step of length one, where one of a thousandth is right: nine halvings would be needed.
  const steep = (x: Float64Array): Evaluation => ({ value: 500 * x[0]! ** 2, gradient: x.map((xi) => 1000 * xi) });
  const { point, evaluations } = minimise(steep, [1e-3], 1);
  expect(point[0]).toBeCloseTo(0, 9);
  expect(evaluations).toBeLessThanOrEqual(4);
});

it('takes a value that is no number for too far', () => {
  const cliff = (x: Float64Array): Evaluation => (x[0]! < -0.5 ? { ...quadratic(x), value: Number.NaN } : quadratic(x));
  expect(minimise(cliff, [0.3, 1.2], 50).point[0]).toBeCloseTo(0, 4);
});

it('stops once the gradient has become small enough', () => {
  const start = Array.from({ length: 20 }, () => -3);
  const rough = minimise(quadratic, start, 200, 1e-2);
  expect(rough.evaluations).toBeLessThan(minimise(quadratic, start, 200, 1e-6).evaluations);
});

it('stops once the rounding of the value hides what a step would gain', () => {
  const rounded = (x: Float64Array): Evaluation => ({ ...quadratic(x), value: Math.fround(100 + quadratic(x).value) });
  const almostThere = Array.from({ length: 20 }, (_, i) => i + 1e-7);
  expect(minimise(rounded, almostThere, 10, 0, 2 ** -25).evaluations).toBe(1);
  expect(minimise(rounded, almostThere, 10, 0).evaluations).toBeGreaterThan(10);
});

it('gives up where the gradient is wrong, without end or harm', () => {
  const upside = (x: Float64Array): Evaluation => ({
    value: quadratic(x).value,
    gradient: quadratic(x).gradient.map((g) => -g),
  });
  expect([...minimise(upside, [5, 5, 5], 50).point]).toEqual([5, 5, 5]);
});
