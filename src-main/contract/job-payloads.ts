/** Long work: its handle, its state, and what each kind of it comes to. Part of payloads.ts. */
import type { EngineCheck } from '../core/engine-check.ts';
import type { ExportResult } from './export-payloads.ts';
import type { ProblemSummary, SelfTestReport } from './insight-payloads.ts';
import type { BackboneView, EmbeddingReport, EnginePackView } from './machine-payloads.ts';
import type { ImportPreview, ImportReport, ProjectId, ProjectStatus, RepairReport } from './project-payloads.ts';
import type { BackboneComparison, RunDetail, TrainingState } from './run-payloads.ts';
import type { WireError } from './wire-error.ts';

/** Handle of long work, unique while the host runs. */
export type JobId = string & { readonly brand: 'JobId' };

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
