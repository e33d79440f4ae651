/**
 * Matrix products by onnxruntime, which the app has for its backbones: native code with whatever the processor offers, five times as fast as
 * WebAssembly, which has neither wide registers nor fused multiplication.
 *
 * The package's own interface is asynchronous and TF.js kernels are not, so this uses the binding below it, in the version that package.json names.
 */
import { createRequire } from 'node:module';
import type * as Package from 'onnxruntime-node';
import type * as Binding from 'onnxruntime-node/dist/binding.js';
import { ProtoWriter } from '../../core/network-export/protobuf.ts';

// As embedding/no-telemetry.ts; engines are imported on the main thread too, where native code can see it.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

type Session = InstanceType<typeof Binding.binding.InferenceSession>;

export interface Matrix {
  /** Row-major. */
  readonly values: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** Writes op(a) op(b) into `result`, where op transposes or not. The values may lie anywhere in memory, also in WebAssembly's. */
export type NativeProduct = (a: Matrix, b: Matrix, turns: Turns, result: Matrix) => void;

export interface Turns {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export interface NativeProducts {
  readonly product: NativeProduct;
  /** Of onnxruntime-node. */
  readonly version: string;
}

/** Null where onnxruntime does not load: there are systems that it is not made for. */
export function loadNativeProducts(): NativeProducts | null {
  const require = createRequire(import.meta.url);
  try {
    const { Tensor, env } = require('onnxruntime-node') as typeof Package;
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as typeof Binding;
    initOrt();
    const sessions = new Map<string, Session>();
    const sessionFor = (turns: Turns): Session => {
      const key = `${turns.transposeA} ${turns.transposeB}`;
      const session = sessions.get(key) ?? openSession(new binding.InferenceSession(), turns);
      sessions.set(key, session);
      return session;
    };
    const tensorOf = ({ values, shape }: Matrix) => new Tensor('float32', values, shape);
    const product: NativeProduct = (a, b, turns, result) => {
      sessionFor(turns).run({ a: tensorOf(a), b: tensorOf(b) }, { product: tensorOf(result) }, {});
    };
    return isRight(product) ? { product, version: env.versions.node ?? 'unknown' } : null;
  } catch {
    return null;
  }
}

/** One thread: handing parts of products of a batch's size to others costs what it gains, and the next images wait for a core. */
function openSession(session: Session, turns: Turns): Session {
  const { buffer, byteOffset, byteLength } = productModel(turns);
  session.loadModel(buffer as ArrayBuffer, byteOffset, byteLength, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    enableCpuMemArena: false,
    logSeverityLevel: 4,
  });
  return session;
}

/** What is below the public interface may change: a product that is not what it should be is not used. */
function isRight(product: NativeProduct): boolean {
  const values = new Float32Array(2);
  const turns = { transposeA: true, transposeB: false };
  const a = { values: Float32Array.of(1, 2), shape: [1, 2] } as const;
  const b = { values: Float32Array.of(3), shape: [1, 1] } as const;
  product(a, b, turns, { values, shape: [2, 1] });
  return values[0] === 3 && values[1] === 6;
}

/** Field numbers are those of onnx.proto3. */
function productModel({ transposeA, transposeB }: Turns): Uint8Array {
  const [float32, integer, irVersion, operatorSet] = [1, 2, 8, 13];
  const flag = (name: string, isOn: boolean): ProtoWriter =>
    new ProtoWriter()
      .text(1, name)
      .int(3, isOn ? 1 : 0)
      .int(20, integer);
  const matrix = (name: string): ProtoWriter => {
    const lengths = [`${name}-rows`, `${name}-columns`].map((length) => new ProtoWriter().text(2, length));
    const shape = lengths.reduce((all, length) => all.message(1, length), new ProtoWriter());
    const tensor = new ProtoWriter().int(1, float32).message(2, shape);
    return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
  };
  const node = new ProtoWriter().text(1, 'a').text(1, 'b').text(2, 'product').text(4, 'Gemm');
  node.message(5, flag('transA', transposeA)).message(5, flag('transB', transposeB));
  const graph = new ProtoWriter().message(1, node).text(2, 'product');
  graph.message(11, matrix('a')).message(11, matrix('b')).message(12, matrix('product'));
  const operators = new ProtoWriter().text(1, '').int(2, operatorSet);
  return new ProtoWriter().int(1, irVersion).message(7, graph).message(8, operators).finish();
}
