/**
 * Plain data that crosses the boundary between services and pages or the command line. No class instances, dates or
 * functions. Times are milliseconds since 1970, scores as `core/glossary.md` defines them; null stands for "none", and for
 * numbers that could not be computed.
 */
import type { DecisionKind } from '../core/dataset/decision.ts';
import type { ClassId, Presence, Problem, ProblemKind, RunId, SampleId } from '../core/dataset/sample.ts';
import type { EngineCheck, EngineDecision } from '../core/engine-check.ts';
import type { ErrorCode, ErrorDetails } from '../core/errors.ts';
import type { ProblemSummary, SelfTestReport } from './insight-payloads.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { EpochMetrics, ScoreName } from '../core/reweight/signals.ts';
import type { BackboneView, EmbeddingReport, EnginePackView } from './machine-payloads.ts';

export type * from './insight-payloads.ts';
export type * from './machine-payloads.ts';

/** Handle of an open project, made by `project/open`; the same folder always has the same one. */
export type ProjectId = string & { readonly brand: 'ProjectId' };

/** Handle of long work, unique while the host runs. */
export type JobId = string & { readonly brand: 'JobId' };

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  /** Names the entry in the host's log, for code `internal`. */
  readonly reportId?: string;
}

export interface AppInfo {
  readonly version: string;
  readonly platform: string;
  readonly nodeVersion: string;
  /** True where the host can open native dialogs (Electron). */
  readonly hasNativeDialogs: boolean;
  /** Where new projects are proposed to be made. */
  readonly projectsFolder: string;
  /** Where the app keeps what is its own: preferences, engine packs, backbones. */
  readonly dataFolder: string;
  readonly logFile: string;
}

export type LabelSpec =
  | { readonly kind: 'folders' }
  | { readonly kind: 'csv'; readonly file: string }
  | { readonly kind: 'jsonl'; readonly file: string };

export interface RecentProject {
  readonly folder: string;
  readonly name: string;
  readonly openedAtMs: number;
  /** False where the folder is not there any more. */
  readonly isPresent: boolean;
}

/** One line per concern of a project: what the left column and `touchstone status` show. */
export interface ProjectStatus {
  readonly projectId: ProjectId;
  readonly folder: string;
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly source: { readonly folder: string; readonly labels: LabelSpec } | null;
  readonly samples: { readonly present: number; readonly gone: number };
  readonly problems: number;
  readonly classes: readonly ClassCounts[];
  readonly trusted: { readonly total: number; readonly smallestPerClass: number; readonly targetPerClass: number };
  readonly runs: { readonly total: number; readonly finished: number; readonly latest: RunSummary | null };
  readonly decisions: Readonly<Record<DecisionKind, number>>;
  readonly undo: { readonly title: string } | null;
  readonly redo: { readonly title: string } | null;
  readonly cacheBytes: number;
}

export interface ClassCounts {
  readonly classId: ClassId;
  readonly name: string;
  /** Samples present with this given label, and how they stand. */
  readonly given: number;
  readonly trusted: number;
  /** With `both`. */
  readonly kept: number;
  readonly relabelled: number;
  /** With `neither`. */
  readonly dropped: number;
  readonly unsure: number;
}

export interface ImportPreview {
  readonly folder: string;
  readonly recognisedAs: string;
  readonly files: number;
  readonly classes: readonly { readonly name: string; readonly files: number }[];
  readonly problems: readonly Problem[];
}

export interface ImportReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly gone: number;
  readonly samples: number;
  readonly classes: readonly ClassCounts[];
  /** Largest class over smallest, by samples present. */
  readonly imbalance: number | null;
  /** Classes with too few samples to be judged well. */
  readonly rareClasses: readonly { readonly name: string; readonly samples: number }[];
  readonly problems: readonly Problem[];
  readonly problemCounts: Readonly<Partial<Record<ProblemKind, number>>>;
}

/** A sample with what the user said of it. */
export interface SampleView {
  readonly id: SampleId;
  readonly path: string;
  readonly contentHash: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly presence: Presence;
  readonly givenClassId: ClassId;
  readonly trustedClassId: ClassId | null;
  readonly decision: DecisionKind | null;
  /** The right label, with decision `relabel`; the other right one, with `both`. */
  readonly correctedClassId: ClassId | null;
}

/** A sample in a ranked list. */
export interface RankedView extends SampleView {
  /** From 1, the most suspicious first, within the run's whole list. Null for samples that are no suspects (trusted, or not in the run). */
  readonly rankPosition: number | null;
  readonly scores: Readonly<Record<ScoreName, number | null>>;
  readonly visits: number;
  readonly suggestedClassId: ClassId | null;
  readonly suggestedProbability: number | null;
}

export interface RunSummary {
  readonly runId: RunId;
  readonly status: 'running' | 'paused' | 'finished' | 'failed' | 'cancelled' | 'interrupted';
  readonly settings: RunSettings;
  readonly versions: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  readonly epochsDone: number;
  readonly trustedCount: number;
  readonly failure: string | null;
}

export interface RunDetail extends RunSummary {
  readonly epochs: readonly EpochMetrics[];
}

/** One point of a sample's history: its signals in one epoch. */
export interface EpochPoint {
  readonly epochIndex: number;
  readonly visits: number;
  readonly weight: number | null;
  readonly alignment: number | null;
  readonly cosine: number | null;
  readonly harm: number | null;
  readonly margin: number | null;
  readonly loss: number | null;
  readonly probability: number | null;
  readonly predictedClassId: ClassId | null;
}

/** Everything known about one sample. */
export interface SampleDetail {
  readonly sample: RankedView;
  readonly run: RunSummary | null;
  readonly history: readonly EpochPoint[];
  /** For each score, the share of the run's suspects that are less suspicious by it, in [0, 1]. */
  readonly percentiles: Readonly<Partial<Record<ScoreName, number>>>;
  readonly problems: readonly Problem[];
  /** Trusted samples of the given and of the suggested class. */
  readonly trustedOfGiven: readonly SampleView[];
  readonly trustedOfSuggested: readonly SampleView[];
  /** Same content under other paths. */
  readonly duplicates: readonly SampleView[];
}

/** Why a given label is suspected. Null in place of it where there is nothing to go by: a run on pictures, or an older one. */
export interface WhyView {
  readonly runId: RunId;
  /** Trusted images that speak most for and most against the given label, the loudest first. */
  readonly speaksFor: readonly TrustedVoice[];
  readonly speaksAgainst: readonly TrustedVoice[];
  /** Trusted images that were asked. */
  readonly heard: number;
  /** How much of all that they say, by strength, is against the label: in [0, 1]; 0 where nothing was said. */
  readonly shareAgainst: number;
  /** The most similar images, closest first; empty where the dataset is too large to look through at once. */
  readonly neighbours: readonly {
    readonly sample: SampleView;
    /** Cosine between the embeddings, in [-1, 1]. */
    readonly similarity: number;
  }[];
  /** In words. */
  readonly sentence: string;
}

export interface TrustedVoice {
  readonly sample: SampleView;
  /** Alignment of the two images' gradients, relative to the loudest voice: in [-1, 1], positive speaks for the label. */
  readonly voice: number;
}

export interface ReviewFilter {
  readonly givenClassIds?: readonly ClassId[];
  readonly suggestedClassIds?: readonly ClassId[];
  /** `none`: nothing decided yet. */
  readonly decisions?: readonly (DecisionKind | 'none')[];
  readonly trusted?: boolean;
  readonly hasProblem?: boolean;
  readonly problemKinds?: readonly ProblemKind[];
  /** Of the score that the list is ordered by; inclusive. */
  readonly scoreRange?: { readonly from?: number; readonly to?: number };
  /** Part of the path, ignoring case. */
  readonly text?: string;
  /** An area of the map of the embeddings: corners x0, y0, x1, y1, ... in [0, 1]. What the map lacks is not in it. */
  readonly mapArea?: readonly number[];
}

/** A ranked list: the newest finished run unless one is named. Without any run the list is in the order of the import. */
export interface ReviewQuery {
  readonly runId?: RunId;
  readonly by: ScoreName;
  readonly filter: ReviewFilter;
  /** The images most similar to this one first, whatever the score; itself at the top. */
  readonly similarTo?: SampleId;
}

export interface ReviewPage {
  /** Samples in the whole filtered list. */
  readonly total: number;
  readonly offset: number;
  readonly rows: readonly RankedView[];
}

export interface ReviewSummary {
  readonly total: number;
  /** Of the filtered list. */
  readonly decided: number;
  /** With `both`. */
  readonly kept: number;
  /** With `neither`. */
  readonly dropped: number;
  readonly relabelled: number;
  readonly unsure: number;
  /** Share of the judged suspects (kept, dropped, relabelled) found wrong, with its 95 % Wilson interval. */
  readonly wrongShare: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Counts of the score in equal bins over [from, to]. */
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] } | null;
  /** How many of the list's suspects the run expects to be wrongly labelled; null where its ranking gives no estimate. */
  readonly estimatedErrors: number | null;
}

/** Which labels the samples of each class were given, as a run estimates it. Matrices are lists of rows, one per class. */
export interface NoiseMatrix {
  readonly runId: RunId;
  /** In the order of rows and columns. */
  readonly classIds: readonly ClassId[];
  /** [k][j] = P(given label j | class k); rows sum to one. */
  readonly probabilities: readonly (readonly number[])[];
  /** [k][j]: how many samples with given label j are expected to be of class k; trusted ones are left out. */
  readonly expectedCounts: readonly (readonly number[])[];
  /** Sum of the expected counts beside the diagonal. It undercounts human errors: they are on images that models find ambiguous too. */
  readonly estimatedErrors: number;
}

/** Which samples an action is for: named ones, or everything in a list at the moment of the call. */
export type ActionTarget =
  { readonly sampleIds: readonly SampleId[] } | { readonly query: ReviewQuery; readonly expectedCount: number };

/** `both`: the given label and `classId` are right, or the suggestion where none is named. `neither`: no class fits. `accept`: relabel each to its suggestion. `clear`: take the decision back. `trust` without classId: the given label is right. */
export type ReviewAction =
  | { readonly kind: 'keep' | 'drop' | 'unsure' | 'neither' | 'clear' | 'accept' | 'distrust' }
  | { readonly kind: 'relabel'; readonly classId: ClassId }
  | { readonly kind: 'both'; readonly classId?: ClassId }
  | { readonly kind: 'trust'; readonly classId?: ClassId };

export interface JournalEntryView {
  readonly id: number;
  readonly title: string;
  readonly createdAtMs: number;
  readonly changeCount: number;
  readonly state: 'done' | 'undone' | 'superseded';
}

/** What an action did: the entry that undoes it, and how many samples really changed. */
export interface ActionResult {
  readonly entry: JournalEntryView | null;
  readonly changed: number;
  /** Ids of the changed samples, the first thousand. */
  readonly sampleIds: readonly SampleId[];
}

/** How far an audit is. An image that was drawn twice counts as two draws and is judged once. */
export interface AuditState {
  readonly draws: number;
  readonly images: number;
  /** Of those images. */
  readonly judged: number;
  readonly wrong: number;
  /** Not judged yet, in the order in which they are to be shown. */
  readonly pending: readonly SampleView[];
}

/** An estimated number with its standard error and 95 % interval. */
export interface EstimateView {
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** What an audit says of a run's list. Shares are in [0, 1]. */
export interface AuditReport {
  readonly runId: RunId;
  readonly draws: number;
  /** The estimate rests on these. */
  readonly judgedDraws: number;
  readonly images: number;
  /** Length of the run's list. */
  readonly suspects: number;
  /** Wrong labels in the whole dataset, those already found included. Null before the first judgement. */
  readonly wrongLabels: EstimateView | null;
  readonly cuts: readonly {
    readonly size: number;
    /** Share of the wrong labels that is known once this much of the list has been reviewed. */
    readonly recall: EstimateView | null;
    /** Share of these images whose label is wrong. */
    readonly precision: EstimateView | null;
  }[];
}

export interface TrustSuggestion {
  readonly sample: SampleView;
  /** One sentence: why this one. */
  readonly reason: string;
  /** Of the same given class, for comparison. */
  readonly neighbours: readonly SampleView[];
}

export interface TrustHealth {
  readonly total: number;
  readonly targetPerClass: number;
  readonly perClass: readonly {
    readonly classId: ClassId;
    readonly name: string;
    readonly trusted: number;
    readonly given: number;
  }[];
  /** Trusted samples, and how many of them had another given label: an estimate of the dataset's noise, as far as the coach chose them. */
  readonly checked: number;
  readonly checkedWrong: number;
  readonly wrongShare: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Same content trusted under two labels. */
  readonly contradictions: readonly (readonly SampleView[])[];
  /** Trusted samples whose content is in the dataset more than once. */
  readonly duplicates: readonly (readonly SampleView[])[];
  readonly advice: readonly string[];
}

export interface TrainingDefaults {
  readonly settings: RunSettings;
  /** Rough seconds on this machine, from earlier runs or a table; null where nothing is known. */
  readonly estimatedSeconds: number | null;
  readonly warnings: readonly string[];
}

export interface ExportPlanView {
  readonly targetFolder: string;
  readonly files: number;
  readonly bytes: number;
  readonly classes: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  readonly dropped: number;
  readonly relabelled: number;
  readonly renamed: readonly { readonly from: string; readonly to: string; readonly reason: string }[];
}

export interface ExportResult extends ExportPlanView {
  readonly manifestFile: string;
  readonly verified: number;
}

/** The trained network that was written. */
export interface NetworkExport {
  readonly runId: RunId;
  readonly network: string;
  readonly files: readonly string[];
  /** In the order of the outputs. */
  readonly classes: readonly string[];
  /** What the network takes, in words. */
  readonly input: string;
}

/** The table of weights that was written. */
export interface WeightsExport {
  readonly file: string;
  readonly runId: RunId;
  readonly images: number;
  readonly columns: readonly string[];
}

export interface FolderListing {
  readonly folder: string;
  readonly parent: string | null;
  readonly entries: readonly { readonly name: string; readonly kind: 'folder' | 'project' | 'manifest' }[];
}

/** A copy of a project's file. */
export interface BackupView {
  readonly name: string;
  readonly number: number;
  readonly madeAtMs: number;
  /** `migration`: before the file was brought to a newer format; `restore`: what a restored backup took the place of. */
  readonly reason: 'daily' | 'migration' | 'restore' | 'asked';
  readonly sizeBytes: number;
}

/** What a check of a project found, and what was done about it. */
export interface RepairReport {
  readonly folder: string;
  /** As it was found. */
  readonly file: {
    readonly state: 'sound' | 'damaged' | 'unreadable' | 'missing';
    readonly findings: readonly string[];
  };
  /** Null where there was no need, or where nothing was to be changed. */
  readonly rescue: {
    readonly tables: readonly {
      readonly table: string;
      readonly read: number;
      readonly fromBackup: number;
      readonly hasLosses: boolean;
    }[];
    readonly backup: string | null;
    readonly keptAs: string;
  } | null;
  /** Name of the backup that was put in place. */
  readonly restored: string | null;
  readonly images: {
    readonly folder: string;
    readonly known: number;
    /** Found under another name or in another place; their labels and decisions stay. */
    readonly relinked: number;
    readonly relinkedExamples: readonly { readonly from: string; readonly to: string }[];
    readonly missing: number;
    readonly missingExamples: readonly string[];
  } | null;
  /** Runs that could go on if their last state were not lost. */
  readonly lostCheckpoints: readonly RunId[];
  readonly removedFiles: readonly string[];
  readonly cacheBytesFreed: number;
  readonly backups: readonly BackupView[];
  /** What was done and what is left to do, a sentence each. */
  readonly remarks: readonly string[];
}

export interface BackboneComparison {
  /** Trusted images that the candidates were tried on, each predicted from all the others. */
  readonly images: number;
  readonly candidates: readonly {
    readonly backbone: string;
    readonly imageSize: number;
    readonly right: number;
    /** Share of right predictions, in [0, 1]. */
    readonly accuracy: number;
  }[];
  /** The backbone to train with in place of the usual one; null where that one does as well. */
  readonly proposed: string | null;
}

/** One problem of one sample. */
export interface ProblemRow {
  readonly sample: SampleView;
  readonly kind: ProblemKind;
  readonly reason: string;
  /** The picture it is nearly the same as. */
  readonly other: SampleView | null;
  /** Similarity in [0, 1], or the measure that is odd. Null for remarks of the import. */
  readonly value: number | null;
}

export interface JobResults {
  preview: ImportPreview;
  import: ImportReport;
  example: ProjectStatus;
  training: RunDetail;
  'self-test': SelfTestReport;
  'problem-check': ProblemSummary;
  map: { readonly images: number };
  repair: RepairReport;
  export: ExportResult;
  'engine-install': EnginePackView;
  'engine-check': readonly EngineCheck[];
  'backbone-add': BackboneView;
  'backbone-download': BackboneView;
  'backbone-comparison': BackboneComparison;
  embedding: EmbeddingReport;
}

export type JobKind = keyof JobResults;

/** Live numbers of a training job, beside its progress. */
export interface TrainingState {
  readonly runId: RunId;
  readonly phase: 'preparing' | 'loading' | 'training' | 'ranking';
  readonly engine: string | null;
  readonly device: string | null;
  /** Why this engine, and why none of the better ones; null until it has started. */
  readonly decision: EngineDecision | null;
  /** What the engine holds. */
  readonly memoryBytes: number | null;
  readonly epochIndex: number;
  readonly epochCount: number;
  readonly examplesPerSecond: number | null;
  readonly trainingLoss: number | null;
  readonly trustedLoss: number | null;
  readonly isPaused: boolean;
  /** Of the epochs finished so far in this run. */
  readonly epochs: readonly EpochMetrics[];
}

/** The whole state of a job, sent at each change: a missed event does no harm. */
export interface JobState {
  readonly jobId: JobId;
  readonly projectId: ProjectId | null;
  readonly kind: JobKind;
  readonly status: 'running' | 'done' | 'failed' | 'cancelled';
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  readonly secondsLeft: number | null;
  readonly startedAtMs: number;
  readonly training: TrainingState | null;
  readonly result: JobResults[JobKind] | null;
  readonly error: WireError | null;
}
