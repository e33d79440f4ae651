/** Problems of samples, from the import and from the check of the pictures, as pages and command line see them. */
import type { ProblemRow, ProblemSummary } from '../contract/payloads.ts';
import {
  fatalProblemKinds,
  problemKinds,
  type Problem,
  type ProblemKind,
  type SampleId,
} from '../core/dataset/sample.ts';
import { qualityKinds, qualityReason, type QualityKind } from '../core/pictures/judge-measures.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Finding } from './ports/finding-store.ts';
import { viewSamples } from './sample-views.ts';

export function summariseProblems(stores: ProjectStores): ProblemSummary {
  const { samples, findings } = stores;
  const counts: Partial<Record<ProblemKind, number>> = {};
  const kinds = [...remarksOfImport(stores), ...findings.all()].map(({ kind }) => kind);
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  const check = findings.check();
  return {
    checkedAtMs: check?.checkedAtMs ?? null,
    images: check?.images ?? 0,
    hadVectors: check?.hadVectors ?? false,
    isCurrent: check !== null && check.importRevision === samples.importRevision(),
    counts,
    leftOut: check?.leftOut ?? [],
  };
}

/** Rows [offset, offset + limit) of one kind, or of all; nearly identical pictures by their similarity, the others by id. */
export function listProblems(
  stores: ProjectStores,
  wanted: readonly ProblemKind[],
  offset: number,
  limit: number,
): { readonly total: number; readonly rows: readonly ProblemRow[] } {
  const kinds = new Set(wanted.length === 0 ? problemKinds : wanted);
  const imported = remarksOfImport(stores).filter(({ kind }) => kinds.has(kind));
  const found = stores.findings
    .all()
    .filter(({ kind }) => kinds.has(kind))
    .toSorted((a, b) => problemKinds.indexOf(a.kind) - problemKinds.indexOf(b.kind) || severity(b) - severity(a));
  const whole = [...imported, ...found].slice(offset, offset + limit);
  const ids = whole.flatMap((entry) =>
    'value' in entry
      ? [entry.sampleId, ...(entry.otherSampleId === null ? [] : [entry.otherSampleId])]
      : [entry.sampleId],
  );
  const views = new Map(viewSamples(stores, ids).map((view) => [view.id, view]));
  const rows = whole.flatMap((entry): ProblemRow[] => {
    const sample = views.get(entry.sampleId);
    if (!sample) return [];
    if (!('value' in entry)) return [{ sample, kind: entry.kind, reason: entry.reason, other: null, value: null }];
    const other = entry.otherSampleId === null ? null : (views.get(entry.otherSampleId) ?? null);
    return [{ sample, kind: entry.kind, reason: reasonOf(entry, other?.path ?? null), other, value: entry.value }];
  });
  return { total: imported.length + found.length, rows };
}

/** Of one sample, from the check of the pictures. */
export function findingsOf(stores: ProjectStores, sampleId: SampleId, path: string): readonly Problem[] {
  return stores.findings.of(sampleId).map((finding) => {
    const other = finding.otherSampleId === null ? null : stores.samples.byId(finding.otherSampleId);
    return { path, kind: finding.kind, reason: reasonOf(finding, other?.path ?? null) };
  });
}

function severity({ kind, value }: Finding): number {
  return kind === 'blurred' || kind === 'dark' || kind === 'low-information' ? -value : value;
}

interface ImportRemark {
  readonly sampleId: SampleId;
  readonly kind: ProblemKind;
  readonly reason: string;
}

/** Problems of the import that are remarks on samples. */
function remarksOfImport({ samples }: ProjectStores): readonly ImportRemark[] {
  return samples.problems().flatMap(({ path, kind, reason }) => {
    if (fatalProblemKinds.has(kind)) return [];
    const sample = samples.byPath(path);
    return sample?.presence === 'present' ? [{ sampleId: sample.id, kind, reason }] : [];
  });
}

function isQuality(kind: ProblemKind): kind is QualityKind {
  return (qualityKinds as readonly ProblemKind[]).includes(kind);
}

function reasonOf({ kind, value }: Finding, other: string | null): string {
  if (isQuality(kind)) return qualityReason(kind, value);
  const share = `${Math.round(100 * value)} %`;
  const alike = `Nearly the same image as ${other ?? 'one that is gone'} (${share} alike)`;
  if (kind === 'near-duplicate-other-label') return `${alike}, which has another label: one of the two is wrong.`;
  if (kind === 'near-duplicate-of-trusted') return `${alike}, which is trusted: it adds nothing to the training.`;
  return `${alike}, with the same label.`;
}
