/**
 * Pairs of nearly identical images, found without comparing each with each: rows of bits that agree in a whole band are candidates
 * (locality-sensitive hashing, Indyk and Motwani 1998), and only candidates are looked at closely.
 */
import { hammingDistance, signatureWords, sketchCosine, type Sketch } from './sketch.ts';

/** Bits that a candidate must share, and how many such bands there are in a signature: of pairs at cosine .97, 96 % share one. */
const signatureBand = { bits: 12, count: 10 } as const;
/** Five bands cover the 64 bits of a perceptual hash: two hashes that differ in at most four bits share one, always. */
const hashBand = { bits: 12, count: 5 } as const;
export const hashWords = 2;
/** Sides of the small pictures that candidates by hash are held against each other with. */
export const thumbSide = 16;
const thumbSize = thumbSide * thumbSide;
/** Of a bucket with very many images each is compared with so many others: a folder of one picture a thousand times stays quick. */
const mostPerBucket = 48;

export interface NearPairLimits {
  /** Centred cosine from which on embeddings alone say "nearly the same". */
  readonly cosine: number;
  /** Bits in which two perceptual hashes may differ. */
  readonly hashBits: number;
  /** Mean difference of the small pictures up to which a candidate by hash is one, in grey values of 255. */
  readonly thumbDifference: number;
}

export const usualLimits: NearPairLimits = { cosine: 0.97, hashBits: 4, thumbDifference: 8 };

export interface PictureHashes {
  /** [N, 2]. */
  readonly hashes: Uint32Array;
  /** Grey pictures of 16 x 16, uint8 [N, 256]. */
  readonly thumbs: Uint8Array;
  /** 1 where a picture could be measured and shows something: a plain surface has a hash of noise. */
  readonly isTelling: Uint8Array;
}

export interface NearPair {
  /** Places, a < b. */
  readonly a: number;
  readonly b: number;
  /** In [0, 1]: the cosine, or for pairs that only their pictures gave away 1 minus the difference over 255. */
  readonly similarity: number;
}

/** Each pair once. `sketch`: null where there are no embeddings. Calls `onBand` after each of the bands, with its share of the work. */
export function findNearPairs(
  sketch: Sketch | null,
  pictures: PictureHashes | null,
  limits: NearPairLimits,
  onBand: (share: number) => void = () => undefined,
): readonly NearPair[] {
  const found = new Map<number, NearPair>();
  const bands = (sketch ? signatureBand.count : 0) + (pictures ? hashBand.count : 0);
  let done = 0;
  const count = sketch?.count ?? pictures?.isTelling.length ?? 0;
  const add = (a: number, b: number, similarity: number | null): void => {
    if (similarity === null) return;
    const pair = a < b ? { a, b, similarity } : { a: b, b: a, similarity };
    const key = pair.a * count + pair.b;
    if ((found.get(key)?.similarity ?? -1) < similarity) found.set(key, pair);
  };
  if (sketch) {
    const hasVector = (place: number): boolean => sketchCosine(sketch, place, place) > 0.5;
    const rows = { bits: sketch.signatures, words: signatureWords, count };
    for (let band = 0; band < signatureBand.count; band++) {
      forEachCandidate(rows, signatureBand.bits, band, hasVector, (a, b) => add(a, b, byVector(sketch, limits, a, b)));
      onBand((done += 1) / bands);
    }
  }
  if (pictures) {
    const isTelling = (place: number): boolean => pictures.isTelling[place] === 1;
    const rows = { bits: pictures.hashes, words: hashWords, count };
    for (let band = 0; band < hashBand.count; band++) {
      forEachCandidate(rows, hashBand.bits, band, isTelling, (a, b) => add(a, b, byPicture(pictures, limits, a, b)));
      onBand((done += 1) / bands);
    }
  }
  return [...found.values()].sort((one, other) => one.a - other.a || one.b - other.b);
}

function byVector(sketch: Sketch, { cosine }: NearPairLimits, a: number, b: number): number | null {
  const similarity = sketchCosine(sketch, a, b);
  return similarity >= cosine ? Math.min(1, similarity) : null;
}

function byPicture({ hashes, thumbs }: PictureHashes, limits: NearPairLimits, a: number, b: number): number | null {
  if (hammingDistance(hashes, hashWords, a, b) > limits.hashBits) return null;
  let sum = 0;
  for (let place = 0; place < thumbSize; place++) {
    sum += Math.abs((thumbs[a * thumbSize + place] ?? 0) - (thumbs[b * thumbSize + place] ?? 0));
  }
  const difference = sum / thumbSize;
  return difference <= limits.thumbDifference ? 1 - difference / 255 : null;
}

interface BitRows {
  readonly bits: Uint32Array;
  readonly words: number;
  readonly count: number;
}

/** Calls `visit` for rows that agree in all bits of a band: rows sorted by the band's value, and each held against those behind it. */
function forEachCandidate(
  rows: BitRows,
  bandBits: number,
  band: number,
  isIn: (place: number) => boolean,
  visit: (a: number, b: number) => void,
): void {
  const buckets: number[][] = Array.from({ length: 1 << bandBits }, () => []);
  for (let place = 0; place < rows.count; place++) {
    if (isIn(place)) buckets[bandValue(rows, place, band * bandBits, bandBits)]?.push(place);
  }
  for (const bucket of buckets) {
    bucket.forEach((a, rank) => {
      for (const b of bucket.slice(rank + 1, rank + 1 + mostPerBucket)) visit(a, b);
    });
  }
}

/** The bits [from, from + length) of a row as one number; those behind its end are 0. */
function bandValue({ bits, words }: BitRows, place: number, from: number, length: number): number {
  let value = 0;
  for (let bit = 0; bit < length; bit++) {
    const at = from + bit;
    const word = at < 32 * words ? (bits[place * words + (at >>> 5)] ?? 0) : 0;
    value |= ((word >>> (at & 31)) & 1) << bit;
  }
  return value;
}
