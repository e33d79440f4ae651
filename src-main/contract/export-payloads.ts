/** What exports write: cleaned datasets, networks, weights. Part of payloads.ts. */
import type { RunId } from '../core/dataset/sample.ts';

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
