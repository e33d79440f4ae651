/** Tells image formats by their first bytes; the name of a file says nothing. */

export const imageFormats = ['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'] as const;
export type ImageFormat = (typeof imageFormats)[number];

export const mimeTypes: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  avif: 'image/avif',
  gif: 'image/gif',
};

/** Endings that images usually have, for files that are not opened. */
const imageName = /\.(jpe?g|jfif|png|webp|tiff?|avif|gif)$/i;

/** True where the file's name is that of an image that could be imported. */
export function hasImageName(path: string): boolean {
  return imageName.test(path);
}

/** The format that the first bytes announce; null for everything that is not imported. */
export function sniffFormat(head: Uint8Array): ImageFormat | null {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'webp';
  if (['GIF87a', 'GIF89a'].includes(ascii(head, 0, 6))) return 'gif';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(head, 0, 4))) return 'tiff';
  if (brands(head).some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  return null;
}

/** What the content looks like when it is not an image that can be imported, for the list of problems. */
export function describeContent(head: Uint8Array): string {
  const known = otherContents.find(({ matches }) => matches(head));
  if (known !== undefined) return known.name;
  if (brands(head).length > 0) return `a media file of type "${brands(head)[0]}"`;
  return head.includes(0) ? 'a file of an unknown kind' : 'a text file';
}

const otherContents: readonly { readonly name: string; readonly matches: (head: Uint8Array) => boolean }[] = [
  { name: 'an SVG drawing', matches: (head) => /<svg[\s>]/i.test(ascii(head, 0, 1024)) },
  { name: 'a BMP image', matches: (head) => ascii(head, 0, 2) === 'BM' && head.length > 26 && head[5] === 0 },
  { name: 'a HEIC photo', matches: (head) => brands(head).some((brand) => /^(hei[cxms]|hev[cx]|mif1)$/.test(brand)) },
  { name: 'a JPEG XL image', matches: (head) => startsWith(head, [0xff, 0x0a]) || ascii(head, 4, 8) === 'JXL ' },
  {
    name: 'a JPEG 2000 image',
    matches: (head) => ascii(head, 4, 8) === 'jP  ' || startsWith(head, [0xff, 0x4f, 0xff]),
  },
  { name: 'an icon', matches: (head) => startsWith(head, [0, 0, 1, 0]) },
  { name: 'a Photoshop file', matches: (head) => ascii(head, 0, 4) === '8BPS' },
  { name: 'a PDF document', matches: (head) => ascii(head, 0, 5) === '%PDF-' },
  { name: 'a ZIP archive', matches: (head) => startsWith(head, [0x50, 0x4b, 0x03, 0x04]) },
];

/**
 * True where the format's own structure says that bytes are missing at the end. Some decoders report a short file as they
 * report a corrupt one.
 */
export function endsEarly(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (sniffFormat(bytes)) {
    case 'png':
      return !ascii(bytes, Math.max(0, bytes.length - 4096), bytes.length).includes('IEND');
    case 'webp':
      return bytes.length < 12 || view.getUint32(4, true) + 8 > bytes.length;
    case 'tiff':
      return bytes.length < 8 || view.getUint32(4, bytes[0] === 0x49) + 2 > bytes.length;
    case 'avif':
      return boxesEndEarly(view);
    case 'jpeg':
    case 'gif':
    case null:
      // The decoders of these two say so in words.
      return false;
  }
}

/** Walks the top-level boxes of an ISO base media file. */
function boxesEndEarly(view: DataView): boolean {
  let position = 0;
  while (position + 8 <= view.byteLength) {
    const size = view.getUint32(position);
    if (size === 0) return false;
    // 1 announces a 64-bit size, which no image below the size limit needs: not judged.
    if (size < 8) return false;
    position += size;
  }
  return position !== view.byteLength;
}

/** Major and compatible brands of an ISO base media file; empty for other files. */
function brands(head: Uint8Array): readonly string[] {
  if (ascii(head, 4, 8) !== 'ftyp') return [];
  const end = Math.min(head.length, 64, new DataView(head.buffer, head.byteOffset).getUint32(0));
  const found: string[] = [];
  for (let start = 8; start + 4 <= end; start += 4) if (start !== 12) found.push(ascii(head, start, start + 4));
  return found;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** Bytes as Latin-1 text: one character each. */
function ascii(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}
