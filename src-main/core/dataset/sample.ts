/** What a dataset consists of: samples, their labels, and what was wrong with the files that did not become samples. */

/** Identifies a sample within its project for ever; never reused. */
export type SampleId = number & { readonly brand: 'SampleId' };

/** Identifies a class within its project for ever; classes are numbered from 1 in the order of their first appearance. */
export type ClassId = number & { readonly brand: 'ClassId' };

/** Identifies a training run within its project, numbered from 1. */
export type RunId = number & { readonly brand: 'RunId' };

export interface SampleClass {
  readonly id: ClassId;
  readonly name: string;
}

/** Whether the file was there at the last import. A sample that has gone keeps its marks and decisions. */
export type Presence = 'present' | 'gone';

/** One image with its given label. */
export interface Sample {
  readonly id: SampleId;
  /** Relative to the imported folder, with `/` on every system, exactly as the file system spells it. */
  readonly path: string;
  /** SHA-256 of the file's bytes, lower-case hexadecimal. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Pixels after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly givenClassId: ClassId;
  readonly presence: Presence;
}

/** Why a file is listed after an import. Those in `fatalProblemKinds` did not become samples. */
export const problemKinds = [
  'unreadable',
  'empty',
  'truncated',
  'too-large',
  'unsupported',
  'no-label',
  'missing',
  'outside-folder',
  'duplicate',
  'duplicate-other-label',
  'listed-twice',
  // Found by the check of the pictures (`problems/check`), not by the import.
  'near-duplicate',
  'near-duplicate-other-label',
  'near-duplicate-of-trusted',
  'blurred',
  'dark',
  'bright',
  'odd-aspect',
  'low-information',
] as const;

export type ProblemKind = (typeof problemKinds)[number];

/** Kinds whose file is not a sample. The others are remarks on a sample. */
export const fatalProblemKinds: ReadonlySet<ProblemKind> = new Set([
  'unreadable',
  'empty',
  'truncated',
  'too-large',
  'unsupported',
  'no-label',
  'missing',
  'outside-folder',
  'listed-twice',
]);

/** One file that needs the user's attention, and why. */
export interface Problem {
  readonly path: string;
  readonly kind: ProblemKind;
  /** A sentence with the particulars: the decoder's message, the other file's name, the limit that was passed. */
  readonly reason: string;
}
