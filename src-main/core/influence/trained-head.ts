/** The parameters of a trained head as plain numbers: what explaining its ranking needs once the training is over, and its file. */
import { TouchstoneError } from '../errors.ts';

/** D -> H (ReLU) -> K on standardised vectors. Matrices row by row. */
export interface TrainedHead {
  /** Mean and 1 / standard deviation of each dimension of the vectors, [D]. */
  readonly means: Float32Array;
  readonly scales: Float32Array;
  /** [D, H] and [H]. */
  readonly hiddenKernel: Float32Array;
  readonly hiddenBias: Float32Array;
  /** [H, K] and [K]. */
  readonly outputKernel: Float32Array;
  readonly outputBias: Float32Array;
}

/** "THED" in ASCII, then D, H and K as uint32, then the arrays in the order of the interface; little-endian. */
const magic = 0x44454854;
const headerWords = 4;

export function encodeTrainedHead(head: TrainedHead): Uint8Array {
  const arrays = [head.means, head.scales, head.hiddenKernel, head.hiddenBias, head.outputKernel, head.outputBias];
  const words = new Float32Array(headerWords + arrays.reduce((sum, { length }) => sum + length, 0));
  const sizes = [magic, head.means.length, head.hiddenBias.length, head.outputBias.length];
  new Uint32Array(words.buffer, 0, headerWords).set(sizes);
  let offset = headerWords;
  for (const array of arrays) {
    words.set(array, offset);
    offset += array.length;
  }
  return new Uint8Array(words.buffer);
}

/** Throws `checkpoint-damaged` for anything that is no such file. */
export function decodeTrainedHead(file: Uint8Array): TrainedHead {
  const bytes = Uint8Array.from(file);
  if (bytes.length % 4 !== 0 || bytes.length < headerWords * 4) throw damaged();
  const [found, d = 0, h = 0, k = 0] = new Uint32Array(bytes.buffer, 0, headerWords);
  const lengths = [d, d, d * h, h, h * k, k];
  const expected = headerWords + lengths.reduce((sum, length) => sum + length, 0);
  if (found !== magic || bytes.length !== expected * 4) throw damaged();
  let offset = headerWords;
  const take = (length: number): Float32Array => {
    offset += length;
    return new Float32Array(bytes.buffer, (offset - length) * 4, length);
  };
  return {
    ...{ means: take(d), scales: take(d), hiddenKernel: take(d * h), hiddenBias: take(h) },
    ...{ outputKernel: take(h * k), outputBias: take(k) },
  };
}

function damaged(): TouchstoneError {
  return new TouchstoneError('checkpoint-damaged', 'The file of the trained head is damaged. Train again.');
}
