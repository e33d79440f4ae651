/** Decodes pictures to small grey ones and measures them, several at once; see the PictureMeter port. */
import type { Sample } from '../core/dataset/sample.ts';
import { measurePicture } from '../core/pictures/measure-picture.ts';
import { perceptualHash, thumbOf } from '../core/pictures/perceptual-hash.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { MeasuredPicture, PictureMeter } from '../services/ports/picture-meter.ts';
import { DatasetFileError } from './dataset-file.ts';
import { decoded, greyBackground, openUpright } from './decode.ts';
import { resolveDatasetFolder } from './folder-scan.ts';
import { imageConcurrency, mapInOrder } from './ordered-map.ts';
import { throttledProgress } from './progress-throttle.ts';
import { readSampleFile } from './sample-decoding.ts';

/** Pixels of the longer side at which pictures are measured: fine enough to tell blur, small enough for a millisecond each. */
const measuredSide = 256;

export function createPictureMeter(): PictureMeter {
  return { measure: (project, samples, options) => measure(project.datasetFolder, samples, options) };
}

/** @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `cancelled`. */
async function* measure(
  datasetFolder: string,
  samples: readonly Sample[],
  options?: LongCallOptions,
): AsyncGenerator<MeasuredPicture | null> {
  const realFolder = await resolveDatasetFolder(datasetFolder);
  const report = throttledProgress('Looking at images', samples.length, options);
  const work = (sample: Sample): Promise<MeasuredPicture | null> => measureOne(realFolder, sample);
  let done = 0;
  for await (const measured of mapInOrder(samples, imageConcurrency, work, options?.signal)) {
    report((done += 1));
    yield measured;
  }
}

async function measureOne(realFolder: string, sample: Sample): Promise<MeasuredPicture | null> {
  try {
    const bytes = await readSampleFile(realFolder, sample);
    const pipeline = openUpright(bytes)
      .flatten({ background: greyBackground })
      .resize(measuredSide, measuredSide, { fit: 'inside', withoutEnlargement: true })
      .greyscale()
      .raw();
    const { data, info } = await decoded(pipeline.toBuffer({ resolveWithObject: true }), bytes);
    const grey = info.channels === 1 ? data : firstChannel(data, info.channels);
    const { width, height } = info;
    return {
      measures: measurePicture(grey, { width, height }, sample),
      hash: perceptualHash(grey, width, height),
      thumb: thumbOf(grey, width, height),
    };
  } catch (error) {
    if (error instanceof DatasetFileError) return null;
    throw error;
  }
}

function firstChannel(data: Uint8Array, channels: number): Uint8Array {
  return Uint8Array.from({ length: data.length / channels }, (_, place) => data[place * channels] ?? 0);
}
