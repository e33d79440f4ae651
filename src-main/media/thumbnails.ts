/**
 * Pictures for the pages: small ones from the project's cache, and full-size ones in formats that browsers show. Both show what
 * training sees: upright, in sRGB, the first frame, alpha on mid-grey.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sample } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { DatasetFileError } from './dataset-file.ts';
import { decoded, greyBackground, openImage, openUpright } from './decode.ts';
import { systemCode } from './file-system-errors.ts';
import { resolveDatasetFolder } from './folder-scan.ts';
import { mimeTypes, sniffFormat } from './image-format.ts';
import { readSampleFile } from './sample-decoding.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

export interface PictureSource {
  /**
   * The sample's picture, fitted into a square of `size` pixels, and never enlarged. Cached by content; the cache may be deleted
   * at any time.
   */
  thumbnail(sample: Sample, size: number): Promise<Picture>;
  /** The sample's picture at full size: the file itself where browsers show it, else converted. */
  viewable(sample: Sample): Promise<Picture>;
}

const thumbnailQuality = 82;
const viewQuality = 92;
const jpegType = mimeTypes.jpeg;

/**
 * Pictures of one project. Both methods throw TouchstoneError `image-unreadable` where the file is gone, changed or broken, and
 * `folder-not-found` where the whole folder is.
 */
export function createPictureSource(project: {
  readonly folder: string;
  readonly datasetFolder: string;
}): PictureSource {
  const cacheFolder = join(project.folder, 'cache', 'thumbnails');
  return {
    thumbnail: (sample, size) => thumbnail(cacheFolder, project.datasetFolder, sample, size),
    viewable: (sample) => viewable(project.datasetFolder, sample),
  };
}

async function thumbnail(cacheFolder: string, datasetFolder: string, sample: Sample, size: number): Promise<Picture> {
  const file = join(cacheFolder, String(size), sample.contentHash.slice(0, 2), `${sample.contentHash}.jpg`);
  const cached = await readWhole(file);
  if (cached !== null) return { bytes: cached, mimeType: jpegType };
  return await withReadableErrors(sample, async () => {
    const source = await readSampleFile(await resolveDatasetFolder(datasetFolder), sample);
    const pipeline = openUpright(source)
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: greyBackground })
      .jpeg({ quality: thumbnailQuality, chromaSubsampling: '4:4:4' });
    const bytes = await decoded(pipeline.toBuffer(), source);
    await keep(file, bytes);
    return { bytes, mimeType: jpegType };
  });
}

async function viewable(datasetFolder: string, sample: Sample): Promise<Picture> {
  return await withReadableErrors(sample, async () => {
    const source = await readSampleFile(await resolveDatasetFolder(datasetFolder), sample);
    const format = sniffFormat(source);
    if (format !== null && format !== 'tiff' && format !== 'gif') {
      const { space, depth } = await decoded(openImage(source).metadata(), source);
      if (space !== 'cmyk' && depth === 'uchar') return { bytes: source, mimeType: mimeTypes[format] };
    }
    const pipeline = openUpright(source).flatten({ background: greyBackground }).jpeg({ quality: viewQuality });
    return { bytes: await decoded(pipeline.toBuffer(), source), mimeType: jpegType };
  });
}

async function withReadableErrors<Result>(sample: Sample, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatasetFileError)) throw error;
    const message = `${sample.path} cannot be shown. ${error.message}`;
    throw new TouchstoneError('image-unreadable', message, { details: { path: sample.path, kind: error.kind } });
  }
}

/** A cached JPEG, or null where there is none or a power cut left it torn: a whole one ends with its end marker. */
async function readWhole(file: string): Promise<Uint8Array | null> {
  try {
    const bytes = await readFile(file);
    const isWhole = bytes.at(0) === 0xff && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
    return isWhole ? bytes : null;
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

/** Keeps a thumbnail if it can: a read-only project or a full disk only makes the next one slower. */
async function keep(file: string, bytes: Uint8Array): Promise<void> {
  const beside = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(beside, bytes);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    if (systemCode(error) === null) throw error;
  }
}
