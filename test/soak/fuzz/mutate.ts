/** Damages bytes the ways that find faults: flipped bits, other numbers in length fields, cuts, copies, insertions. */
import type { RandomGenerator } from '../../../src-main/core/random/random-generator.ts';

const tellingBytes = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

/** Between one and eight damages; most in the first kilobytes, where headers are. */
export function mutate(bytes: Buffer, random: RandomGenerator): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let left = 1 + random.integer(8); left > 0; left -= 1) result = mutateOnce(result, random);
  return result;
}

function mutateOnce(bytes: Buffer, random: RandomGenerator): Buffer {
  if (bytes.length < 16) return Buffer.concat([bytes, Buffer.from([random.integer(256)])]);
  const reach = random.uniform() < 0.6 ? Math.min(bytes.length, 2_000) : bytes.length;
  const at = random.integer(reach - 8);
  const length = 1 + random.integer(Math.min(200, bytes.length - at));
  switch (random.integer(7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      return bytes;
    case 1:
      bytes[at] = pick(tellingBytes, random);
      return bytes;
    case 2:
      bytes.writeUInt32BE(pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, random.uint32()], random), at);
      return bytes;
    case 3:
      bytes.writeUInt16LE(pick([0, 1, 0x7fff, 0x8000, 0xffff, random.integer(65_536)], random), at);
      return bytes;
    case 4:
      return bytes.subarray(0, at + 1);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  }
}

export function pick<T>(values: readonly T[], random: RandomGenerator): T {
  const value = values[random.integer(values.length)];
  if (value === undefined) throw new Error('Nothing to pick from.');
  return value;
}
