/** The samples of a project: one per image file that an import has found. */
import type { ClassId, Presence, Problem, Sample, SampleClass, SampleId } from '../../core/dataset/sample.ts';
import type { SampleColumns } from './columns.ts';

/** What an import did to the samples. */
export interface ImportCounts {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly gone: number;
}

/** A file as the importer found it, before it has an id. */
export interface FoundSample {
  readonly path: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly givenLabel: string;
}

export interface SampleStore {
  count(presence?: Presence): number;
  /** Ordered by id. */
  classes(): readonly SampleClass[];
  /** Adds the class if it is new; names are compared exactly. */
  ensureClass(name: string): SampleClass;
  /** Samples per given class, of those present. */
  countsByClass(): ReadonlyMap<ClassId, number>;
  byId(id: SampleId): Sample | null;
  byPath(path: string): Sample | null;
  byHash(contentHash: string): readonly Sample[];
  /** In the order of `ids`; unknown ones are left out. */
  byIds(ids: readonly SampleId[]): readonly Sample[];
  /** The first `limit` samples behind `afterId` (0: from the start), ordered by id: for going through all of them in short pieces. */
  stretch(afterId: number, limit: number, presence?: Presence): readonly Sample[];
  /** The same stretch of the present ones as arrays: quick enough to go through a million in well under a second. */
  columns(afterId: number, limit: number): SampleColumns;
  /** Paths of the present ones in the same stretch. */
  paths(afterId: number, limit: number): readonly string[];
  /** Everything present (or gone), ordered by id. */
  all(presence?: Presence): readonly Sample[];
  /**
   * Adds new samples and updates known ones (matched by path) in one transaction. A sample whose path is new but whose content
   * is that of a gone one is the same sample moved, and keeps its id, marks and decisions. So an update calls `markGone` first,
   * with the present samples that are no longer listed, and again afterwards with those that turned out to be unreadable.
   * Classes that are new are added. Samples that are as they were count as neither. Until `recordImport`, or any later write, a power cut may take it back.
   */
  upsert(found: readonly FoundSample[]): { readonly added: number; readonly updated: number; readonly moved: number };
  /** Gives samples their new paths, marks them as present, and leaves out those whose new path another sample has. Returns how many it changed. */
  relink(moves: readonly { readonly id: SampleId; readonly path: string }[]): number;
  markGone(ids: readonly SampleId[]): void;
  replaceProblems(problems: readonly Problem[]): void;
  problems(): readonly Problem[];
  /** Ends every import, also one that did not get to its end (`null`): it is what tells other processes to read the samples anew. */
  recordImport(counts: ImportCounts | null, nowMs: number): void;
  /** Of the newest import that got to its end. */
  lastImport(): ImportCounts | null;
  /** Grows with each recorded import. */
  importRevision(): number;
}
