/**
 * Makes a tensor inside of an ONNX model one of its outputs: classifiers keep what is worth having, the layer before the last,
 * to themselves.
 *
 * A model is a Protocol Buffers message, and of those two that are written one after the other are merged: lists are appended
 * (https://protobuf.dev/programming-guides/encoding/#last-one-wins). So the addition is a second, tiny model whose graph has
 * nothing but one output. Field numbers are those of onnx.proto3: ModelProto.graph = 7, GraphProto.output = 12,
 * ValueInfoProto.name = 1. Its type is left out; onnxruntime infers it.
 */

import { field } from './protobuf.ts';

/** The model's bytes with `name` as its last output. Whether the model has such a tensor is seen when it is loaded. */
export function withInnerOutput(model: Uint8Array, name: string): Uint8Array {
  return Buffer.concat([model, field(7, field(12, field(1, name)))]);
}
