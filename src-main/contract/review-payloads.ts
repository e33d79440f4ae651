/** Ranked lists of samples, everything known of one, and what the user does to them. Part of payloads.ts. */
import type { DecisionKind } from '../core/dataset/decision.ts';
import type { ClassId, Problem, ProblemKind, RunId, SampleId } from '../core/dataset/sample.ts';
import type { ScoreName } from '../core/ranking/run-scores.ts';
import type { RunSummary } from './run-payloads.ts';
import type { SampleView } from './sample-payloads.ts';

/** A sample in a ranked list. */
export interface RankedView extends SampleView {
  /** From 1, the most suspicious first, within the run's whole list. Null for samples that are no suspects (trusted, or not in the run). */
  readonly rankPosition: number | null;
  readonly scores: Readonly<Record<ScoreName, number | null>>;
  readonly visits: number;
  /** Null where no other class is likely enough (core/ranking/suggest-labels.ts), and before the first run. */
  readonly suggestedClassId: ClassId | null;
  /** Of the suggested class if the given label is wrong, in [0, 1]. */
  readonly suggestedProbability: number | null;
  /** The likeliest other classes (three at most), the likeliest first, whether it is suggested or not. */
  readonly alternatives: readonly Alternative[];
  /** That the given label is wrong, in [0, 1]; null where the run does not estimate it. */
  readonly errorProbability: number | null;
}

export interface Alternative {
  readonly classId: ClassId;
  /** If the given label is wrong, in [0, 1]. */
  readonly probability: number;
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
  /** Why there is little to judge the image by, in a sentence; null where there is enough, and before the first run. */
  readonly thinEvidence: string | null;
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
  /** Cosine of the angle between the two images' gradients, relative to the loudest voice: in [-1, 1], positive speaks for the label. */
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
