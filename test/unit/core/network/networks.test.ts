/** Shapes and refusals: nothing here computes, so no engine is needed. */
import { expect, test } from 'vitest';
import { createDense } from '../../../../src-main/core/network/layers/dense.ts';
import { createGroupNorm } from '../../../../src-main/core/network/layers/group-norm.ts';
import { createRelu } from '../../../../src-main/core/network/layers/relu.ts';
import { createResidual } from '../../../../src-main/core/network/layers/residual.ts';
import type { Network } from '../../../../src-main/core/network/network.ts';
import { createNetwork } from '../../../../src-main/core/network/networks/create-network.ts';
import { createSequentialNetwork } from '../../../../src-main/core/network/networks/sequential-network.ts';
import { createWideResnet } from '../../../../src-main/core/network/networks/wide-resnet.ts';
import { slidOverLength } from '../../../../src-main/core/network/window.ts';

function parameterCount(name: 'head' | 'lenet' | 'small-cnn', inputShape: readonly number[]): number {
  return createNetwork(name, { inputShape, classCount: 10 }).parameters.reduce(
    (total, { shape }) => total + shape.reduce((product, length) => product * length, 1),
    0,
  );
}

test('parameter counts, added up by hand', () => {
  expect(parameterCount('head', [1024])).toBe(1024 * 256 + 256 + 256 * 10 + 10);
  const convolutions = 25 * 3 * 16 + 16 + 25 * 16 * 32 + 32 + 25 * 32 * 64 + 64;
  expect(parameterCount('lenet', [28, 28, 3])).toBe(convolutions + 1024 * 100 + 100 + 100 * 10 + 10);
  const kernels = 9 * (3 * 16 + 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64);
  expect(parameterCount('small-cnn', [32, 32, 3])).toBe(kernels + 4 * (16 + 32 + 64) + 64 * 10 + 10);
});

/** Running statistics are not learned and do not count. */
function learnedCount({ parameters }: Network): number {
  return parameters
    .filter(({ role }) => role !== 'statistic')
    .reduce((total, { shape }) => total + shape.reduce((product, length) => product * length, 1), 0);
}

test('parameter counts of the residual networks are those of the papers', () => {
  // 0.46 M in He et al. 2016, table 6; 36.5 M in Zagoruyko and Komodakis 2016, table 4; 11,689,512 for ResNet-18 on ImageNet.
  expect(learnedCount(createNetwork('resnet-32', { inputShape: [32, 32, 3], classCount: 10 }))).toBe(464_154);
  expect(learnedCount(createNetwork('wrn-28-10', { inputShape: [32, 32, 3], classCount: 10 }))).toBe(36_479_194);
  expect(learnedCount(createNetwork('resnet-18', { inputShape: [224, 224, 3], classCount: 1000 }))).toBe(11_689_512);
});

test('a wide residual network of an impossible depth is refused', () => {
  expect(() => createWideResnet([32, 32, 3], { classCount: 2, depth: 27 })).toThrow('6 n + 4 layers deep, not 27');
});

test('parameter names are unique, and only kernels decay', () => {
  for (const name of ['lenet', 'small-cnn', 'resnet-32', 'resnet-18', 'wrn-28-10'] as const) {
    const { parameters } = createNetwork(name, { inputShape: [28, 28, 3], classCount: 4 });
    expect(new Set(parameters.map((parameter) => parameter.name)).size).toBe(parameters.length);
    for (const parameter of parameters) expect(parameter.decays).toBe(parameter.name.endsWith('/kernel'));
  }
});

test('only the head has exact gradient norms', () => {
  expect(createNetwork('head', { inputShape: [8], classCount: 2 }).hasExactGradientNorms).toBe(true);
  expect(createNetwork('lenet', { inputShape: [28, 28, 3], classCount: 2 }).hasExactGradientNorms).toBe(false);
});

test.each([28, 32, 33, 40, 41, 64, 80, 81, 128])('both image networks take %i pixels', (side) => {
  for (const name of ['lenet', 'small-cnn'] as const)
    expect(createNetwork(name, { inputShape: [side, side, 3], classCount: 7 }).classCount).toBe(7);
});

test('shapes that a network cannot take are refused by name', () => {
  expect(() => createNetwork('head', { inputShape: [28, 28, 3], classCount: 2 })).toThrow('[28, 28, 3]');
  expect(() => createNetwork('lenet', { inputShape: [27, 28, 3], classCount: 2 })).toThrow('from 28 pixels');
  expect(() => createNetwork('small-cnn', { inputShape: [129, 129, 3], classCount: 2 })).toThrow('28 to 128 pixels');
  expect(() => createNetwork('small-cnn', { inputShape: [100], classCount: 2 })).toThrow('[H, W, C]');
});

test('layers that do not fit together are refused', () => {
  const dense = createDense({ name: 'dense', inputSize: 3, outputSize: 4 });
  expect(() => createSequentialNetwork('n', [createRelu('relu', [5]), dense])).toThrow(
    'dense takes [3], relu gives [5]',
  );
  expect(() => createSequentialNetwork('n', [dense, createRelu('relu', [4])])).toThrow('does not end in a dense layer');
  expect(() => createResidual({ name: 'block', body: [dense] })).toThrow('body gives [4], shortcut [3]');
  expect(() => createGroupNorm({ name: 'norm', inputShape: [2, 2, 6], groups: 4 })).toThrow('4 groups do not divide 6');
});

test('windows slide as in TensorFlow', () => {
  expect(slidOverLength(7, 3, 2, 'same')).toBe(4);
  expect(slidOverLength(7, 3, 2, 'valid')).toBe(3);
  expect(slidOverLength(6, 3, 2, 'valid')).toBe(2);
  expect(() => slidOverLength(2, 3, 1, 'valid')).toThrow('does not fit');
});

test('residual networks become narrower in whole groups of eight channels, with any normalisation', () => {
  const input = { inputShape: [32, 32, 3], classCount: 10 };
  const narrow = createNetwork('resnet-32', input, { width: 0.5, normalisation: 'group' });
  const [stem] = narrow.parameters;
  expect(stem?.shape).toEqual([3, 3, 3, 8]);
  expect(narrow.parameters.some(({ role }) => role === 'statistic')).toBe(false);
  expect(createNetwork('wrn-28-10', input, { width: 0.1 }).name).toBe('wrn-28-1');
  expect(createNetwork('resnet-18', input, { width: 0.01 }).parameters[0]?.shape).toEqual([3, 3, 3, 8]);
});
