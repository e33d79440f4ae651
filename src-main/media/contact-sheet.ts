/** Draws suspects with their labels and scores on one sheet that a person can look at. */
import sharp, { type OverlayOptions } from 'sharp';
import { fitText, glyphHeight, textDots, textWidth } from './bitmap-font.ts';
import { DatasetFileError, readDatasetFile } from './dataset-file.ts';
import { midGrey } from '../core/pictures/enlarge.ts';
import { decodeSquare } from './decode.ts';
import { toTouchstoneError } from './file-system-errors.ts';
import { resolveDatasetFolder } from './folder-scan.ts';
import { imageConcurrency, mapInOrder } from './ordered-map.ts';

/** One picture of the sheet. */
export interface SheetEntry {
  /** Relative to the dataset's folder, with `/`. */
  readonly path: string;
  /** Written below the picture, the first in bold contrast: for example "cat > dog" and "0.97". Cut to the picture's width. */
  readonly lines: readonly string[];
}

const pictureSize = 192;
const gap = 12;
/** Pixels per dot of the typeface. */
const dotSize = 2;
const lineHeight = (glyphHeight + 2) * dotSize;
const paper = '#ffffff';
const ink = '#1b1b1f';
const fadedInk = '#5b5b66';
const titleHeight = 2 * gap + glyphHeight * dotSize;

/**
 * Writes a PNG with the entries in rows, in their order, under a title. Pictures that cannot be read are grey.
 *
 * @throws {TouchstoneError} `folder-not-found`, `disk-full`, `permission-denied`, `file-system`.
 */
export async function drawContactSheet(
  datasetFolder: string,
  entries: readonly SheetEntry[],
  file: string,
  options: { readonly title: string; readonly columns?: number },
): Promise<void> {
  const columns = Math.max(1, Math.min(options.columns ?? 5, entries.length));
  const lineCount = Math.max(0, ...entries.map(({ lines }) => lines.length));
  const cellHeight = pictureSize + gap + lineCount * lineHeight + gap;
  const width = gap + columns * (pictureSize + gap);
  const height = titleHeight + gap + Math.ceil(entries.length / columns) * cellHeight;
  const pictures = await placePictures(datasetFolder, entries, (index) => ({
    left: gap + (index % columns) * (pictureSize + gap),
    top: titleHeight + Math.floor(index / columns) * cellHeight,
  }));
  const title = { input: textImage(fitText(options.title, (width - 2 * gap) / dotSize), ink), left: gap, top: gap };
  try {
    await sharp({ create: { width, height, channels: 3, background: paper } })
      .composite([title, ...pictures])
      .removeAlpha()
      .png()
      .toFile(file);
  } catch (error) {
    throw toTouchstoneError(error, 'write the contact sheet', file);
  }
}

async function placePictures(
  datasetFolder: string,
  entries: readonly SheetEntry[],
  placeOf: (index: number) => { readonly left: number; readonly top: number },
): Promise<readonly OverlayOptions[]> {
  const realFolder = await resolveDatasetFolder(datasetFolder);
  const overlays: OverlayOptions[] = [];
  let index = 0;
  for await (const pixels of mapInOrder(entries, imageConcurrency, ({ path }) => readPicture(realFolder, path))) {
    const place = placeOf(index);
    overlays.push({ input: pixels, raw: { width: pictureSize, height: pictureSize, channels: 3 }, ...place });
    overlays.push(...placeLines(entries[index]?.lines ?? [], place));
    index += 1;
  }
  return overlays;
}

function placeLines(
  lines: readonly string[],
  place: { readonly left: number; readonly top: number },
): readonly OverlayOptions[] {
  return lines.map((line, index) => ({
    input: textImage(fitText(line, pictureSize / dotSize), index === 0 ? ink : fadedInk),
    left: place.left,
    top: place.top + pictureSize + gap / 2 + index * lineHeight,
  }));
}

async function readPicture(realFolder: string, path: string): Promise<Buffer> {
  try {
    const { bytes } = await readDatasetFile(realFolder, path);
    return Buffer.from(await decodeSquare(bytes, pictureSize));
  } catch (error) {
    if (error instanceof DatasetFileError) return Buffer.alloc(pictureSize * pictureSize * 3, midGrey);
    throw error;
  }
}

/** The text as an SVG of small squares, so that no font is needed. */
function textImage(text: string, colour: string): Buffer {
  const width = Math.max(1, textWidth(text));
  const dots = textDots(text).map(({ x, y }) => `M${x} ${y}h1v1h-1z`);
  const size = `width="${width * dotSize}" height="${glyphHeight * dotSize}" viewBox="0 0 ${width} ${glyphHeight}"`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} shape-rendering="crispEdges"><path fill="${colour}" d="${dots.join('')}"/></svg>`,
  );
}
