/** The trusted set and the audit: what to look at next, and what the answers say of the whole dataset. Part of payloads.ts. */
import type { ClassId, RunId } from '../core/dataset/sample.ts';
import type { SampleView } from './sample-payloads.ts';

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
