/**
 * Matrix products: by native code where there is some (`native-product.ts`), otherwise and for batches of matrices by the backend.
 *
 * The backend multiplies plain matrices with XNNPACK, but falls back to a naive loop, twenty times slower, as soon as one is
 * to be transposed. Here the transposition is done first, on whichever side moves fewer numbers:
 * A B^T = (B A^T)^T, A^T B = (B^T A)^T.
 */
import { BatchMatMul } from '@tensorflow/tfjs-core';
import type { BatchMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { defineKernel, floatsOf, ownKernel } from './define-kernel.ts';
import type { Matrix, NativeProduct } from './native-product.ts';
import { transposeMatrix } from './transpose-matrix.ts';

interface Factors {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** `native` null: all by the backend. */
export function defineBatchMatMul(native: NativeProduct | null): void {
  const plainKernel = ownKernel(BatchMatMul);
  const plainProduct = (a: TensorInfo, b: TensorInfo, backend: BackendWasm): TensorInfo =>
    plainKernel({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend });

  defineKernel<Factors, BatchMatMulAttrs>(BatchMatMul, ({ inputs: { a, b }, attrs, backend }) => {
    const { transposeA, transposeB } = attrs;
    if (native !== null && isSingle(a) && isSingle(b)) return nativeProduct(native, a, b, attrs, backend);
    if (!transposeA && !transposeB) return plainProduct(a, b, backend);
    const turned = isCheaperTurned(a, b, transposeA, transposeB);
    // Turned around, the first factor is B and has to be transposed exactly where it was not to be before.
    const [first, second] = turned ? [b, a] : [a, b];
    const left = (turned ? !transposeB : transposeA) ? transposed(first, backend) : first;
    const right = (turned ? !transposeA : transposeB) ? transposed(second, backend) : second;
    const product = plainProduct(left, right, backend);
    if (left !== first) backend.disposeData(left.dataId);
    if (right !== second) backend.disposeData(right.dataId);
    if (!turned) return product;
    const result = transposed(product, backend);
    backend.disposeData(product.dataId);
    return result;
  });
}

/** One matrix with numbers in it, not a batch of them. */
function isSingle({ shape }: TensorInfo): boolean {
  return shape.length >= 2 && count(shape) > 0 && count(shape.slice(0, -2)) === 1;
}

function nativeProduct(
  native: NativeProduct,
  a: TensorInfo,
  b: TensorInfo,
  turns: BatchMatMulAttrs,
  backend: BackendWasm,
): TensorInfo {
  const [rows = 1, columns = 1] = [a.shape.at(turns.transposeA ? -1 : -2), b.shape.at(turns.transposeB ? -2 : -1)];
  const outer = a.shape.length >= b.shape.length ? a.shape.slice(0, -2) : b.shape.slice(0, -2);
  const result = backend.makeOutput([...outer, rows, columns], 'float32');
  native(matrixOf(a, backend), matrixOf(b, backend), turns, matrixOf(result, backend));
  return result;
}

function matrixOf(info: TensorInfo, backend: BackendWasm): Matrix {
  const [rows = 1, columns = 1] = info.shape.slice(-2);
  return { values: floatsOf(backend, info), shape: [rows, columns] };
}

/** Whether computing the product's transpose moves fewer numbers than transposing the factors as asked. */
function isCheaperTurned(a: TensorInfo, b: TensorInfo, transposeA: boolean, transposeB: boolean): boolean {
  const sizeOfA = count(a.shape);
  const sizeOfB = count(b.shape);
  const [rowsOfA = 1, columnsOfA = 1] = a.shape.slice(-2);
  const [rowsOfB = 1, columnsOfB = 1] = b.shape.slice(-2);
  const batches = Math.max(count(a.shape.slice(0, -2)), count(b.shape.slice(0, -2)));
  const sizeOfProduct = batches * (transposeA ? columnsOfA : rowsOfA) * (transposeB ? rowsOfB : columnsOfB);
  const asAsked = (transposeA ? sizeOfA : 0) + (transposeB ? sizeOfB : 0);
  const turned = (transposeA ? 0 : sizeOfA) + (transposeB ? 0 : sizeOfB) + sizeOfProduct;
  return turned < asAsked;
}

/** Swaps the last two axes: [..., R, C] -> [..., C, R]. */
function transposed(matrix: TensorInfo, backend: BackendWasm): TensorInfo {
  const outer = matrix.shape.slice(0, -2);
  const [rows = 1, columns = 1] = matrix.shape.slice(-2);
  const result = backend.makeOutput([...outer, columns, rows], 'float32');
  const source = floatsOf(backend, matrix);
  const target = floatsOf(backend, result);
  for (let offset = 0; offset < source.length; offset += rows * columns)
    transposeMatrix(source, target, rows, columns, offset);
  return result;
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
