/**
 * Decodes images with sharp, the same way everywhere: first frame, upright by EXIF, 8-bit sRGB, alpha on mid-grey, limits before
 * pixels.
 */
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { isSmaller, midGrey, type Picture } from '../core/pictures/enlarge.ts';
import { DatasetFileError } from './dataset-file.ts';
import { endsEarly } from './image-format.ts';
import { decodePlainPng } from './plain-png.ts';

/** Largest image that is decoded; 10,000 x 10,000. Larger ones take gigabytes, and are mostly decompression bombs. */
const largestImagePixels = 100_000_000;

/** Up to here a check decodes at full size in one go; beyond, it decodes strip by strip so that memory stays small. */
const plainCheckPixels = 16_000_000;

/** Files up to here mostly hold small pictures, whose pixels are worth having once they are decoded. */
const smallFileBytes = 64 * 1024;

/** No honest image below the size limits takes so long on a slow machine. */
const decodeTimeoutSeconds = 60;

export const greyBackground = { r: midGrey, g: midGrey, b: midGrey };

// Many images at a time, one thread each, keep the cores busier than one image on all of them; and every image is decoded once,
// so that libvips' cache of operations would only hold memory.
sharp.concurrency(1);
sharp.cache(false);

/** An image opened under the limits that hold for files nobody has checked. Nothing is decoded yet. */
export function openImage(bytes: Uint8Array, limitInputPixels: number = largestImagePixels): Sharp {
  const options = { failOn: 'error', limitInputPixels, pages: 1 } satisfies SharpOptions;
  return sharp(bytes, options).timeout({ seconds: decodeTimeoutSeconds });
}

/** Opened, upright, and in the colours that a screen shows. */
export function openUpright(bytes: Uint8Array, limitInputPixels?: number): Sharp {
  return openImage(bytes, limitInputPixels).autoOrient().toColourspace('srgb');
}

/** Opened, and in the three bytes per pixel that networks see. */
function openFlat(bytes: Uint8Array, limitInputPixels?: number): Sharp {
  return openUpright(bytes, limitInputPixels).flatten({ background: greyBackground });
}

interface PixelCounts {
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes every pixel to find out whether the image is whole.
 *
 * @returns Width and height in pixels after EXIF orientation; of small files the picture too.
 * @throws {DatasetFileError} `too-large`, `truncated` or `unreadable` with the decoder's words.
 */
export async function checkImage(bytes: Uint8Array): Promise<PixelCounts & { readonly pixels?: Uint8Array }> {
  const isSmall = bytes.length <= smallFileBytes;
  const plain = isSmall ? decodePlainPng(bytes) : null;
  if (plain !== null) return plain;
  const opened = isSmall
    ? openFlat(bytes, plainCheckPixels).removeAlpha()
    : openImage(bytes, plainCheckPixels).autoOrient();
  try {
    const { data, info } = await opened.raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return isSmall ? { width, height, pixels: data } : { width, height };
  } catch (error) {
    if (!isOverLimit(error)) throw asDecodeError(error, bytes);
  }
  return await checkLargeImage(bytes);
}

async function checkLargeImage(bytes: Uint8Array): Promise<PixelCounts> {
  try {
    const { autoOrient } = await sharp(bytes, { failOn: 'error', limitInputPixels: false, pages: 1 }).metadata();
    const { width, height } = autoOrient;
    if (width * height > largestImagePixels) {
      const limit = `${largestImagePixels / 1e6} megapixels`;
      throw new DatasetFileError('too-large', `The image has ${width} x ${height} pixels; the limit is ${limit}.`);
    }
    await openImage(bytes).resize(16, 16, { fit: 'fill', kernel: 'nearest', fastShrinkOnLoad: false }).raw().toBuffer();
    return { width, height };
  } catch (error) {
    throw asDecodeError(error, bytes);
  }
}

/**
 * The picture as a square: fitted inside without cropping, padded with mid-grey.
 *
 * @param size Pixels per side; smaller pictures are enlarged smoothly.
 * @returns uint8 RGB, [size, size, 3].
 * @throws {DatasetFileError} As checkImage.
 */
export async function decodeSquare(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const fitted = openFlat(bytes).resize(size, size, { fit: 'contain', background: greyBackground });
  return await decoded(fitted.removeAlpha().raw().toBuffer(), bytes);
}

/**
 * What `toSquares` makes the same square of: a picture that is smaller than it as it is, any other as the square.
 *
 * @param known Width and height in pixels after EXIF orientation, as the caller has them: spares small pictures most of the work.
 * @throws {DatasetFileError} As checkImage.
 */
export async function decodeForSquare(bytes: Uint8Array, size: number, known: PixelCounts): Promise<Picture> {
  if (isSmaller(known, size)) {
    // Of a picture that is not as it is known to be, the pixels count.
    const picture = await decodePicture(bytes);
    if (isSmaller(picture, size)) return picture;
  }
  return { pixels: await decodeSquare(bytes, size), width: size, height: size };
}

async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  const plain = decodePlainPng(bytes);
  if (plain !== null) return plain;
  const pipeline = openFlat(bytes).removeAlpha().raw();
  const { data, info } = await decoded(pipeline.toBuffer({ resolveWithObject: true }), bytes);
  return { pixels: data, width: info.width, height: info.height };
}

/** A decoded square of another side: uint8 RGB [from, from, 3] to [to, to, 3], smoothly. */
export async function resizeSquare(pixels: Uint8Array, from: number, to: number): Promise<Uint8Array> {
  if (from === to) return pixels;
  return await sharp(pixels, { raw: { width: from, height: from, channels: 3 } })
    .resize(to, to)
    .raw()
    .toBuffer();
}

/** The result of a pipeline over `bytes`, its failure as a DatasetFileError. */
export async function decoded<Result>(result: Promise<Result>, bytes: Uint8Array): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    throw asDecodeError(error, bytes);
  }
}

/** sharp's and libvips' errors as ours; the decoder's last line says most. */
function asDecodeError(error: unknown, bytes: Uint8Array): unknown {
  if (error instanceof DatasetFileError || !(error instanceof Error)) return error;
  const words = decoderWords(error.message);
  if (/premature end|unexpected end|end of (file|data|stream)|truncated/i.test(error.message) || endsEarly(bytes)) {
    return new DatasetFileError('truncated', `The end of the file is missing (${words}).`);
  }
  return new DatasetFileError('unreadable', `The image cannot be decoded: ${words}.`);
}

function decoderWords(message: string): string {
  const lines = message.split('\n').map((line) => line.trim().replace(/\.$/, ''));
  return lines.filter((line) => line !== '' && !line.startsWith('source: bad seek')).at(-1) ?? 'no further details';
}

function isOverLimit(error: unknown): boolean {
  return error instanceof Error && error.message.includes('exceeds pixel limit');
}
