/**
 * Every method that pages and the command line may call, and every event they may hear: the whole boundary on one page.
 *
 * A method takes one object and returns plain data. Long work returns a job id at once and reports through `job/changed`.
 * `method-schemas.ts` holds the run-time check of each input.
 */
import type { ClassId, ProblemKind, RunId, SampleId } from '../core/dataset/sample.ts';
import type { EngineName } from '../core/engine-check.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type {
  ActionResult,
  ActionTarget,
  AppInfo,
  AuditReport,
  AuditState,
  BackboneList,
  BackupView,
  EngineList,
  ExportPlanView,
  FolderListing,
  ImportReport,
  JobId,
  JobState,
  JournalEntryView,
  LicenceEntry,
  LicenceKind,
  LabelSpec,
  NetworkExport,
  MapPoints,
  NoiseMatrix,
  ProblemRow,
  ProblemSummary,
  ProjectId,
  ProjectStatus,
  RecentProject,
  ReviewAction,
  ReviewPage,
  ReviewQuery,
  ReviewSummary,
  RunDetail,
  RunSummary,
  SampleDetail,
  SampleView,
  SelfTestReport,
  TrainingDefaults,
  TrustHealth,
  TrustSuggestion,
  WeightsExport,
  WhyView,
} from './payloads.ts';

type InProject<T = object> = { readonly projectId: ProjectId } & Readonly<T>;
type Started = { readonly jobId: JobId };
/** Exported copies: what to write and how. */
export type ExportRequest = {
  readonly folder: string;
  readonly format: 'folders' | 'csv' | 'jsonl';
  readonly link: 'copy' | 'hard' | 'symbolic';
};

/** By the ending of the file's name unless it is given. */
export type WeightsFormat = 'csv' | 'npy' | 'parquet';

export type EngineInstallRequest = {
  readonly variant: 'cpu' | 'cuda';
  readonly from?: { readonly kind: 'file'; readonly file: string } | { readonly kind: 'build' };
};

/** `index` from 1 to `count`. */
export type EmbeddingPart =
  { readonly kind: 'all' | 'merge' } | { readonly kind: 'shard'; readonly index: number; readonly count: number };

/** `none` takes a judgement back; what it made of the image's verdict is for `decide/undo`. */
export type AuditJudgement =
  | { readonly sampleId: SampleId; readonly kind: 'right' | 'none' }
  | { readonly sampleId: SampleId; readonly kind: 'wrong'; readonly classId?: ClassId };

export interface Methods {
  'app/info': (input: object) => AppInfo;
  /**
   * For "copy details": versions, engines and the latest faults as text, with nothing of anybody's pictures, names or folders. `shown`: the
   * error that it is about, as the user saw it; its paths are shortened.
   */
  'app/details': (input: { readonly shown?: string }) => { readonly text: string };
  /** The licences of the app, of what ships with it, of installed engine packs and backbones. */
  'app/licences': (input: object) => readonly LicenceEntry[];
  /** The text that goes with one of them; null where it brings none. */
  'app/licence-text': (input: { readonly kind: LicenceKind; readonly name: string }) => {
    readonly text: string | null;
  };
  /** Folders below one that the host allows, for choosing a folder without native dialogs. Without `folder`: the starting places. */
  'app/list-folder': (input: { readonly folder?: string }) => FolderListing;
  /** What the pages remember for this user: remapped keys, theme, cell size. Unknown names give null. */
  'app/get-preference': (input: { readonly name: string }) => { readonly value: string | null };
  'app/set-preference': (input: { readonly name: string; readonly value: string | null }) => void;

  'project/list-recent': (input: object) => readonly RecentProject[];
  'project/forget-recent': (input: { readonly folder: string }) => void;
  'project/create': (input: { readonly folder: string; readonly name?: string }) => ProjectStatus;
  /** `readOnly` reads a copy of its file: for folders that many machines look at at once. */
  'project/open': (input: { readonly folder: string; readonly readOnly?: boolean }) => ProjectStatus;
  'project/status': (input: InProject) => ProjectStatus;
  'project/close': (input: InProject) => void;
  /**
   * Checks a project from its file to its images and mends what it can; `checkOnly` changes nothing. A project that is open here is closed
   * meanwhile, and opened again under the same handle.
   * `images`: where the images lie now. `restore`: name or number of the backup to go back to.
   */
  'project/repair': (input: {
    readonly folder: string;
    readonly checkOnly?: boolean;
    readonly images?: string;
    readonly restore?: string;
    readonly rebuildCaches?: boolean;
  }) => Started;
  /** Copies of the project's file, newest first. */
  'project/backups': (input: { readonly folder: string }) => readonly BackupView[];
  'project/delete-cache': (input: InProject) => { readonly bytesFreed: number };
  /** Draws the example dataset into `folder`, and makes and opens a project with it imported. */
  'project/create-example': (input: { readonly folder?: string; readonly seed?: number }) => Started;

  /** Lists what is there without writing anything. */
  'import/preview': (input: { readonly folder: string; readonly labels: LabelSpec }) => Started;
  'import/start': (input: InProject<{ folder: string; labels: LabelSpec; update?: boolean }>) => Started;
  'import/report': (input: InProject) => ImportReport;

  'trust/list': (input: InProject) => readonly SampleView[];
  'trust/suggest': (input: InProject<{ perClass: number; skip?: readonly SampleId[] }>) => readonly TrustSuggestion[];
  'trust/health': (input: InProject) => TrustHealth;

  /** With a backbone: its own image size. */
  'train/defaults': (input: InProject<{ network?: RunSettings['network']; backbone?: string }>) => TrainingDefaults;
  /** Settings that are left out take their defaults. */
  'train/start': (input: InProject<{ settings: Partial<RunSettings> }>) => Started & { readonly runId: RunId };
  /** Goes on with an interrupted, cancelled or failed run from its last checkpoint; the newest such run unless one is named. */
  'train/resume': (input: InProject<{ runId?: RunId }>) => Started & { readonly runId: RunId };
  'train/list-runs': (input: InProject) => readonly RunSummary[];
  'train/get-run': (input: InProject<{ runId: RunId }>) => RunDetail;

  'review/page': (input: InProject<{ query: ReviewQuery; offset: number; limit: number }>) => ReviewPage;
  'review/summary': (input: InProject<{ query: ReviewQuery }>) => ReviewSummary;
  /** Where a sample stands in a list (from 0), or null when the list does not hold it. */
  'review/locate': (input: InProject<{ query: ReviewQuery; sampleId: SampleId }>) => { readonly offset: number | null };
  /** Ids of a stretch of the list, for ranges and for selecting everything. */
  'review/ids': (input: InProject<{ query: ReviewQuery; offset: number; limit: number }>) => readonly SampleId[];
  'review/sample': (input: InProject<{ sampleId: SampleId; runId?: RunId }>) => SampleDetail;
  'review/find': (input: InProject<{ path: string }>) => { readonly sampleId: SampleId | null };
  /** Of the newest finished run unless one is named; null where there is none, or its ranking gives no estimate. */
  'review/noise-matrix': (input: InProject<{ runId?: RunId }>) => NoiseMatrix | null;
  /** Why a suspect is one: the trusted images that speak for and against its given label, and its nearest neighbours. */
  'review/why': (input: InProject<{ sampleId: SampleId; runId?: RunId }>) => WhyView | null;
  /** How far two runs agree: Spearman's rank correlation and the samples that moved most. */
  'review/compare-runs': (
    input: InProject<{ runId: RunId; otherRunId: RunId; by: ReviewQuery['by']; limit: number }>,
  ) => {
    readonly correlation: number | null;
    readonly moved: readonly { readonly sample: SampleView; readonly rank: number; readonly otherRank: number }[];
  };

  /** Refused with `invalid-value` when a list target no longer holds `expectedCount` samples. */
  'decide/apply': (input: InProject<{ target: ActionTarget; action: ReviewAction; runId?: RunId }>) => ActionResult;
  /** One journal entry for many different verdicts, as a file of decisions brings them. */
  'decide/apply-many': (
    input: InProject<{
      title: string;
      items: readonly { readonly sampleId: SampleId; readonly action: ReviewAction }[];
    }>,
  ) => ActionResult;
  'decide/undo': (input: InProject) => ActionResult;
  'decide/redo': (input: InProject) => ActionResult;
  'decide/journal': (input: InProject<{ limit: number }>) => readonly JournalEntryView[];
  /** Finds or makes the class of that name. */
  'decide/ensure-class': (input: InProject<{ name: string }>) => { readonly classId: ClassId };

  /** Draws images at random from a run's list (the newest finished run's unless one is named), to be judged one by one. */
  'audit/draw': (input: InProject<{ size: number; runId?: RunId }>) => AuditState;
  'audit/list': (input: InProject) => AuditState;
  /** Judged images become trusted under their right label; wrong ones without a label are marked as unsure. */
  'audit/record': (input: InProject<{ items: readonly AuditJudgement[] }>) => AuditState;
  /** `cuts`: at which lengths of the run's list to estimate recall and precision. */
  'audit/report': (input: InProject<{ cuts?: readonly number[]; runId?: RunId }>) => AuditReport;

  /** Trains once more, on a copy of the run's labels with planted errors in it; the newest finished run unless one is named. */
  'self-test/start': (input: InProject<{ runId?: RunId }>) => Started;
  /** The latest one of a run, the newest finished run unless one is named; null where it was never tested. */
  'self-test/last': (input: InProject<{ runId?: RunId }>) => SelfTestReport | null;

  /** Looks at every picture: nearly identical ones, and blurred, dark, bright, oddly shaped or empty ones. Joins a check that runs already. */
  'problems/check': (input: InProject) => Started;
  'problems/summary': (input: InProject) => ProblemSummary;
  /** Of all kinds unless some are named; the worst of each kind first. */
  'problems/list': (input: InProject<{ kinds?: readonly ProblemKind[]; offset: number; limit: number }>) => {
    readonly total: number;
    readonly rows: readonly ProblemRow[];
  };

  /** Draws the map of the embeddings of the newest finished run on them. Joins a drawing that is under way. */
  'map/draw': (input: InProject) => Started;
  /** Null before the first drawing. Ranks are those of the newest finished run unless one is named. */
  'map/points': (input: InProject<{ runId?: RunId }>) => MapPoints | null;

  'export/plan': (input: InProject<ExportRequest>) => ExportPlanView;
  'export/start': (input: InProject<ExportRequest>) => Started;
  /** The trained network of a run on images or vectors: an ONNX file, or a folder with a TensorFlow.js layers model. The target must not exist. */
  'export/network': (input: InProject<{ target: string; format: 'onnx' | 'tfjs'; runId?: RunId }>) => NetworkExport;
  /** A table of every image of a run (the newest finished one unless named) with its weight, for training elsewhere. The file must not exist. */
  'export/weights': (input: InProject<{ file: string; format?: WeightsFormat; runId?: RunId }>) => WeightsExport;

  /** `askForSizes` lets it ask the configured address how large the downloads are, which takes up to some seconds. */
  'engines/list': (input: { readonly askForSizes?: boolean }) => EngineList;
  /** Installs a TensorFlow engine pack: from a file, built in place, or (without `from`) from the configured address. */
  'engines/install': (input: EngineInstallRequest) => Started;
  'engines/remove': (input: { readonly engine: 'tensorflow' }) => { readonly bytesFreed: number };
  /** Runs the self-check of one engine, or of all of them. */
  'engines/check': (input: { readonly engine?: EngineName }) => Started;

  'backbones/list': (input: object) => BackboneList;
  /** Copies an ONNX model, and the JSON beside it, into the user's folder; `name` is its new file name. */
  'backbones/add': (input: { readonly file: string; readonly name?: string }) => Started;
  /** Fetches one of the catalogue; one that was stopped goes on. */
  'backbones/download': (input: { readonly name: string }) => Started;
  /** Embeds the trusted images with a backbone (the app's own unless named) and with the project's patch dictionary. */
  'backbones/compare': (input: InProject<{ backbone?: string }>) => Started;
  'backbones/remove': (input: { readonly name: string }) => { readonly bytesFreed: number };

  /** Computes the project's vectors ahead of a training: all, one shard of them, or gathers the shards. */
  'embed/start': (input: InProject<{ part: EmbeddingPart; backbone?: string; imageSize?: number }>) => Started;

  'job/list': (input: object) => readonly JobState[];
  'job/get': (input: { readonly jobId: JobId }) => JobState;
  'job/cancel': (input: { readonly jobId: JobId }) => void;
  'job/pause': (input: { readonly jobId: JobId }) => void;
  'job/resume': (input: { readonly jobId: JobId }) => void;
}

export type MethodName = keyof Methods;
export type MethodInput<M extends MethodName> = Parameters<Methods[M]>[0];
export type MethodOutput<M extends MethodName> = ReturnType<Methods[M]>;

export interface Events {
  'job/changed': JobState;
  /** Something about the project changed: verdicts, samples, runs. Pages fetch again what they show. */
  'project/changed': { readonly projectId: ProjectId; readonly what: 'samples' | 'verdicts' | 'runs' | 'project' };
}

export type EventName = keyof Events;

/** Who implements the methods: the services, given what the caller may use. */
export type MethodHandlers = {
  readonly [M in MethodName]: (
    input: MethodInput<M>,
    context: { readonly signal: AbortSignal },
  ) => MethodOutput<M> | Promise<MethodOutput<M>>;
};
