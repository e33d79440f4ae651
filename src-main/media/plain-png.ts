/**
 * Decodes small PNGs of the plainest kind in JavaScript, with libvips' numbers: libvips takes half a millisecond of processor time to
 * set up the work on one, and this a third of it. Datasets of small pictures come as thousands of them.
 */
import { decode } from 'fast-png';
import type { Picture } from './enlarge.ts';

/** More would hold up the event loop, and gain little. */
const mostPixels = 128 * 128;
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Chunks of pixels, and ones that say nothing about them. Of any other, such as a colour profile or transparency, libvips knows what follows. */
const plainChunks = new Set(['IHDR', 'IDAT', 'IEND', 'pHYs', 'tEXt', 'tIME']);
/** Where the header's parts lie in a file that begins with it: W3C, Portable Network Graphics, third edition, 11.2.1. */
const headerEnd = 33;
const widthAt = 16;
const heightAt = 20;
const depthAt = 24;
const colourTypeAt = 25;
const interlacingAt = 28;
const [grey, rgb] = [0, 2];

/** The picture; null for all else: other formats and kinds of PNG, larger ones, and files with anything wrong about them. */
export function decodePlainPng(bytes: Uint8Array): Picture | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isSmallAndPlain(file) || !hasPlainChunks(file)) return null;
  try {
    const { width, height, channels, data } = decode(file, { checkCrc: true });
    return { width, height, pixels: channels === 1 ? toRgb(data) : new Uint8Array(data) };
  } catch {
    return null;
  }
}

function isSmallAndPlain(file: Buffer): boolean {
  if (file.length < headerEnd || !file.subarray(0, signature.length).equals(signature)) return false;
  const colourType = file[colourTypeAt];
  const isPlain = file[depthAt] === 8 && file[interlacingAt] === 0 && (colourType === grey || colourType === rgb);
  const pixels = file.readUInt32BE(widthAt) * file.readUInt32BE(heightAt);
  return isPlain && pixels > 0 && pixels <= mostPixels;
}

/** Up to the end of the file, which is the end of the last chunk, and that is IEND. */
function hasPlainChunks(file: Buffer): boolean {
  const frameLength = 12;
  let name = '';
  let start = signature.length;
  while (start + frameLength <= file.length && name !== 'IEND') {
    name = file.toString('latin1', start + 4, start + 8);
    if (!plainChunks.has(name)) return false;
    start += frameLength + file.readUInt32BE(start);
  }
  return name === 'IEND' && start === file.length;
}

function toRgb(levels: ArrayLike<number>): Uint8Array {
  const pixels = new Uint8Array(3 * levels.length);
  for (let pixel = 0; pixel < levels.length; pixel++) pixels.fill(levels[pixel]!, 3 * pixel, 3 * pixel + 3);
  return pixels;
}
