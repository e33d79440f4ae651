/**
 * What the services need from the world, as interfaces. storage, media, embedding and training implement them; tests may
 * replace any of them. Nothing here names SQLite, sharp, onnxruntime or worker threads.
 *
 * Long calls take an AbortSignal and reject with code `cancelled`; they report progress at most ten times a second.
 */
import type { Decision, JournalEntry, Verdict, VerdictChange } from '../core/dataset/decision.ts';
import type { ClassId, Presence, Problem, RunId, Sample, SampleClass, SampleId } from '../core/dataset/sample.ts';
import type { TrainedHead } from '../core/influence/trained-head.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { EpochMetrics, EpochSignals, RunScores, ScoreName } from '../core/reweight/signals.ts';
import type { AuditStore } from './ports/audit-store.ts';
import type { RunInputs, SampleColumns, VerdictColumns } from './ports/columns.ts';

/** How far a long job is. `total` is null while it is not known yet. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

export interface LongCallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Clock {
  nowMs(): number;
}

// ---- storage ---------------------------------------------------------------------------------------------------------

/** Where the images are and how their labels were read; null before the first import. */
export interface DatasetSource {
  /** Absolute path of the imported folder. */
  readonly folder: string;
  readonly labels: LabelSource;
}

/** `folders`: the folder an image lies in. `csv` and `jsonl`: a manifest with a path and a label per line. */
export type LabelSource = { readonly kind: 'folders' } | { readonly kind: 'csv' | 'jsonl'; readonly file: string };

export interface ProjectInfo {
  /** Absolute path of the project's folder. */
  readonly folder: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly source: DatasetSource | null;
  /** True where the file was damaged or not writable: everything can be read, nothing changed. */
  readonly isReadOnly: boolean;
}

/** Creates and opens project folders. */
export interface ProjectFiles {
  /** Refuses a folder that already holds a project (`project-exists`). */
  create(folder: string, name: string): ProjectStores;
  /** `project-not-found`, `project-newer-than-app`, `project-locked`, `project-damaged`. */
  open(folder: string): ProjectStores;
}

/** One open project. The stores share one connection. */
export interface ProjectStores {
  readonly info: ProjectInfo;
  readonly samples: SampleStore;
  readonly verdicts: VerdictStore;
  readonly runs: RunStore;
  readonly audits: AuditStore;
  /** Another number whenever another process has changed the project; cheap enough to be asked before each answer. */
  dataVersion(): number;
  setSource(source: DatasetSource): void;
  setName(name: string): void;
  close(): void;
}

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
   * Classes that are new are added. Samples that are as they were count as neither.
   */
  upsert(found: readonly FoundSample[]): { readonly added: number; readonly updated: number; readonly moved: number };
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

/** One side of an entry's changes put in force, by doing, undoing or redoing it. */
export interface JournalStep {
  readonly id: number;
  readonly entryId: number;
  readonly side: 'before' | 'after';
}

export interface VerdictStore {
  byId(id: SampleId): Verdict;
  /** Of those that have one. */
  byIds(ids: readonly SampleId[]): ReadonlyMap<SampleId, Verdict>;
  /** Of every sample that has one. */
  all(): ReadonlyMap<SampleId, Verdict>;
  /** The first `limit` verdicts behind sample `afterId` (0: from the start), ordered by sample id. */
  columns(afterId: number, limit: number): VerdictColumns;
  trusted(): ReadonlyMap<SampleId, ClassId>;
  decisions(): ReadonlyMap<SampleId, Decision>;
  /** Writes the changes and their journal entry in one transaction; redoable entries become superseded. */
  apply(title: string, changes: readonly Omit<VerdictChange, 'before'>[], nowMs: number): JournalEntry;
  /** Takes back the newest entry in force; null when there is none. */
  undo(nowMs: number): JournalEntry | null;
  redo(nowMs: number): JournalEntry | null;
  /** What `undo` and `redo` would act on. */
  nextUndo(): JournalEntry | null;
  nextRedo(): JournalEntry | null;
  /** Newest first. */
  journal(limit: number): readonly JournalEntry[];
  changesOf(entryId: number): readonly VerdictChange[];
  /** Id of the newest step, 0 before the first: where one who reads the verdicts now stands. */
  latestStep(): number;
  /** What happened since, in its order, in whichever process. Taking the steps again over later verdicts ends with the same verdicts. */
  stepsAfter(stepId: number): readonly JournalStep[];
}

export type RunStatus = 'running' | 'paused' | 'finished' | 'failed' | 'cancelled' | 'interrupted';

export interface Run {
  readonly id: RunId;
  readonly status: RunStatus;
  readonly settings: RunSettings;
  /** Class ids in the order of the network's outputs. */
  readonly classIds: readonly ClassId[];
  /** What computed it: engine, library and app versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  readonly epochsDone: number;
  readonly trustedCount: number;
  readonly failure: string | null;
}

/** A sample with its verdict and the scores of one run. */
export interface RankedSample {
  readonly sample: Sample;
  readonly verdict: Verdict;
  /** From 1, the most suspicious first, within the list that was asked for. */
  readonly scores: Readonly<Record<ScoreName, number>>;
  readonly visits: number;
  readonly suggestedClassId: ClassId;
  readonly suggestedProbability: number;
}

export interface RankQuery {
  readonly runId: RunId;
  readonly by: ScoreName;
  readonly classId?: ClassId | undefined;
  readonly limit: number;
  /** Keyset: the list goes on behind (or, for `before`, ends in front of) this score and id. */
  readonly after?: { readonly score: number; readonly id: SampleId } | undefined;
  readonly before?: { readonly score: number; readonly id: SampleId } | undefined;
}

/** One sample's signals in one epoch of a run. */
export interface SampleEpoch {
  readonly epochIndex: number;
  readonly visits: number;
  readonly weight: number;
  readonly alignment: number;
  readonly cosine: number;
  readonly harm: number;
  readonly margin: number;
  readonly loss: number;
  readonly probability: number;
  readonly predictedClassId: ClassId;
}

export interface RunStore {
  /**
   * sampleIds: the run's samples in the order of every array that the run produces. The labels and trusted marks are kept too, so
   * that a resumed run trains on what it began with, whatever was decided since.
   */
  create(
    run: Pick<Run, 'settings' | 'classIds' | 'versions' | 'trustedCount'> & {
      readonly sampleIds: readonly SampleId[];
      readonly labels: Int32Array;
      readonly trusted: Uint32Array;
    },
    nowMs: number,
  ): Run;
  byId(id: RunId): Run | null;
  /** Newest first. */
  all(): readonly Run[];
  /** The newest finished run: what ranking uses unless told otherwise. */
  latestFinished(): Run | null;
  sampleIds(id: RunId): readonly SampleId[];
  /** What the run was created with. */
  inputs(id: RunId): RunInputs;
  /** Adds to, or replaces in, the versions that the run was created with: what the engine reports when it has finished. */
  addVersions(id: RunId, versions: Readonly<Record<string, string>>): void;
  setStatus(id: RunId, status: RunStatus, nowMs: number, failure?: string): void;
  /**
   * Writes an epoch's rows in several short transactions (the caller's event loop runs between them) and, last, the row that
   * makes the epoch count together with its checkpoint's file name. Rows of an epoch that never got that row are ignored
   * and replaced.
   */
  writeEpoch(id: RunId, metrics: EpochMetrics, signals: EpochSignals, checkpointFile: string): Promise<void>;
  epochs(id: RunId): readonly EpochMetrics[];
  /** File name of the newest complete epoch's checkpoint. */
  checkpointFile(id: RunId): string | null;
  writeScores(id: RunId, scores: RunScores): Promise<void>;
  /** The scores of every sample in the order of `sampleIds`, or null before `writeScores`. A million samples take well under a second. */
  scores(id: RunId): Promise<RunScores | null>;
  ranked(query: RankQuery): readonly RankedSample[];
  scoresOf(id: RunId, sampleId: SampleId): RankedSample | null;
  history(id: RunId, sampleId: SampleId): readonly SampleEpoch[];
}

// ---- media -----------------------------------------------------------------------------------------------------------

/** One candidate of an import: a file and the label that its place or the manifest gives it. */
export interface ListedFile {
  readonly path: string;
  readonly label: string;
}

export interface DatasetListing {
  readonly files: readonly ListedFile[];
  readonly problems: readonly Problem[];
  /** What was recognised, in words: "6 class folders", "metadata.csv (Hugging Face image folder)". */
  readonly recognisedAs: string;
}

/** Finds out what an image file is without trusting it. */
export interface DatasetReader {
  /** Lists candidates: walks the folder or reads the manifest. Does not open image files. */
  list(folder: string, labels: LabelSource, options?: LongCallOptions): Promise<DatasetListing>;
  /**
   * Hashes and fully decodes each file, several at once; results in the order of `files`. `known` lets an update skip files whose
   * size and time are unchanged.
   */
  inspect(
    folder: string,
    files: readonly ListedFile[],
    known: ReadonlyMap<string, FoundSample>,
    options?: LongCallOptions,
  ): AsyncIterable<{ readonly found: FoundSample | null; readonly problem: Problem | null }>;
}

/** Square pictures, fitted without cropping and padded with mid-grey, ready for a network or a backbone. */
export interface PixelSource {
  /**
   * uint8 RGB, [N, size, size, 3], in shared memory, in the order of `samples`; decoded once and kept in the project's cache. Samples that
   * can no longer be decoded (changed or gone since the import) are mid-grey and listed.
   */
  load(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    size: number,
    options?: LongCallOptions,
  ): Promise<{ readonly pixels: SharedArrayBuffer; readonly problems: readonly Problem[] }>;
  /**
   * The same pictures a batch at a time, in the order of `samples`, for a consumer that looks at each once (the embedder): neither reads
   * nor writes the pixel cache, and holds a few batches in memory, never all of them.
   */
  batches(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    size: number,
    batchSize: number,
    options?: LongCallOptions,
  ): AsyncIterable<PixelBatch>;
}

/** Consecutive samples' pictures. */
export interface PixelBatch {
  /** Place of the first one within the samples asked for. */
  readonly firstIndex: number;
  /** uint8 RGB, [n, size, size, 3], with n = batchSize but for the last batch. The consumer may keep it. */
  readonly pixels: Uint8Array;
  /** Of this batch; the samples they name are mid-grey. */
  readonly problems: readonly Problem[];
}

export interface ExportItem {
  readonly sourcePath: string;
  /** Relative to the export folder, `/` on every system; for manifests only, the same as sourcePath. */
  readonly targetPath: string;
  readonly contentHash: string;
  /** Columns of the manifest, in order. */
  readonly row: Readonly<Record<string, string | number | null>>;
}

export type ExportFormat = 'folders' | 'csv' | 'jsonl';
export type LinkKind = 'copy' | 'hard' | 'symbolic';

export interface ExportPlan {
  readonly datasetFolder: string;
  readonly targetFolder: string;
  readonly format: ExportFormat;
  readonly link: LinkKind;
  readonly items: readonly ExportItem[];
  /** Every sample's row, dropped ones included; becomes manifest.csv. */
  readonly manifest: readonly Readonly<Record<string, string | number | null>>[];
}

/** Where one file of an export goes. */
export interface PlannedName {
  /** Relative to the export folder, `/` on every system. */
  readonly targetPath: string;
  /** Why the name differs from `<class>/<file name>`, in words; null where it does not. */
  readonly renamedBecause: string | null;
}

export interface DatasetWriter {
  /**
   * Names for class folders of the given final labels that every file system can hold, in the order of `files`. Pure: touches no file.
   */
  planNames(files: readonly { readonly path: string; readonly label: string }[]): readonly PlannedName[];
  /** Refuses unsuitable folders before anything is written (`export-folder-not-empty`, `export-overlaps-source`). */
  checkTarget(datasetFolder: string, projectFolder: string, targetFolder: string): Promise<void>;
  /** Writes beside, verifies each file by hash, then renames: a kill leaves a folder whose name says that it is incomplete. */
  write(
    plan: ExportPlan,
    options?: LongCallOptions,
  ): Promise<{ readonly filesWritten: number; readonly bytesWritten: number }>;
}

// ---- embedding -------------------------------------------------------------------------------------------------------

export interface Embedder {
  /** Vectors as float32 [N, D] in shared memory, in the order of `samples`; computed once and kept in the project's cache. */
  embed(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    backbone: string,
    imageSize: number,
    options?: LongCallOptions,
  ): Promise<{
    readonly vectors: SharedArrayBuffer;
    readonly dimensions: number;
    /** SHA-256 of the backbone's file. */
    readonly backboneHash: string;
    readonly problems: readonly Problem[];
  }>;
  /** float32 [N, D] from the cache alone, or null where it lacks one of them. Reads nothing else and is quick. */
  cached(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    backbone: string,
    imageSize: number,
  ): Promise<{ readonly vectors: Float32Array; readonly dimensions: number } | null>;
}

// ---- training --------------------------------------------------------------------------------------------------------

/** Everything a run needs, in plain and shared memory: the worker never sees the project or a file. */
export interface TrainingJob {
  readonly settings: RunSettings;
  readonly classCount: number;
  readonly sampleCount: number;
  /** `vectors`: float32 [N, D]. `pixels`: uint8 RGB [N, size, size, 3]. */
  readonly inputs:
    | { readonly kind: 'vectors'; readonly buffer: SharedArrayBuffer; readonly dimensions: number }
    | { readonly kind: 'pixels'; readonly buffer: SharedArrayBuffer; readonly size: number };
  /** Class index per sample [N]: the trusted label of trusted samples, the corrected or given label of the others. */
  readonly labels: Int32Array;
  /** Sample indices (not ids) of the trusted set. They are trained on too, and never scored as suspects. */
  readonly trusted: Uint32Array;
  /** State to go on from, as `EpochDone.checkpoint` gave it. */
  readonly checkpoint: Uint8Array | null;
}

/** A full state each time: a missed one does no harm. Sent at most ten times a second. */
export interface TrainingProgress {
  readonly kind: 'progress';
  readonly phase: 'loading' | 'training' | 'ranking';
  readonly engine: string;
  readonly device: string;
  readonly epochIndex: number;
  readonly epochCount: number;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number | null;
  /** Means over the steps since the epoch began. */
  readonly trainingLoss: number | null;
  readonly trustedLoss: number | null;
  readonly isPaused: boolean;
}

export interface EpochDone {
  readonly kind: 'epoch-done';
  readonly metrics: EpochMetrics;
  readonly signals: EpochSignals;
  /** Everything needed to go on as if never interrupted: parameters, optimiser, generator states, running means. */
  readonly checkpoint: Uint8Array;
}

export interface TrainingFinished {
  readonly kind: 'finished';
  readonly scores: RunScores;
  /** Null for networks that are trained on pictures. */
  readonly head: TrainedHead | null;
  /** Engine, device and library versions as they really were. */
  readonly versions: Readonly<Record<string, string>>;
}

export type TrainingEvent = TrainingProgress | EpochDone | TrainingFinished;

export interface TrainingHandle {
  pause(): void;
  resume(): void;
  /** Ends the run at the next step; the events then reject with code `cancelled`. Kills a worker that does not answer in 10 s. */
  cancel(): void;
  /** Ends after `finished`; throws `worker-crashed`, `loss-not-finite`, `engine-unavailable` and so on. The producer waits for the consumer between epochs. */
  readonly events: AsyncIterable<TrainingEvent>;
}

export interface TrainingRunner {
  start(job: TrainingJob): TrainingHandle;
}
