/**
 * Every present sample of a project as typed arrays, ordered by id: what lists, filters and counts work on. A million samples
 * take 12 MB. Follows verdicts as they change; an import makes a new one.
 */
import { decisionKinds, namedClass, type DecisionKind, type VerdictChange } from '../core/dataset/decision.ts';
import type { ClassId, SampleId } from '../core/dataset/sample.ts';
import type { ProjectStores } from './ports/project-files.ts';
import { yieldToOthers } from './take-turns.ts';

/** Rows read from storage at a time: some 5 ms. */
const stretchRows = 10_000;

/** 0 for none, otherwise 1 + the index in `decisionKinds`. */
export function decisionCode(kind: DecisionKind | null): number {
  return kind === null ? 0 : decisionKinds.indexOf(kind) + 1;
}

export class SampleIndex {
  readonly ids: Uint32Array;
  readonly givenClassIds: Uint16Array;
  /** See `decisionCode`. */
  readonly decisions: Uint8Array;
  /** The class that the decision names, with `relabel` and `both`; 0 for none. */
  readonly correctedClassIds: Uint16Array;
  readonly trustedClassIds: Uint16Array;

  constructor(ids: Uint32Array, givenClassIds: Uint16Array) {
    this.ids = ids;
    this.givenClassIds = givenClassIds;
    this.decisions = new Uint8Array(ids.length);
    this.correctedClassIds = new Uint16Array(ids.length);
    this.trustedClassIds = new Uint16Array(ids.length);
  }

  get count(): number {
    return this.ids.length;
  }

  /** Where the sample stands in the arrays, or -1 when it is not among them. */
  positionOf(id: number): number {
    let low = 0;
    let high = this.ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.ids[middle] ?? 0;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  idAt(position: number): SampleId {
    return this.ids[position] as SampleId;
  }

  decisionAt(position: number): DecisionKind | null {
    return decisionKinds[(this.decisions[position] ?? 0) - 1] ?? null;
  }

  trustedClassAt(position: number): ClassId | null {
    return ((this.trustedClassIds[position] ?? 0) || null) as ClassId | null;
  }

  apply(changes: readonly Pick<VerdictChange, 'sampleId' | 'after'>[]): void {
    for (const { sampleId, after } of changes) {
      const position = this.positionOf(sampleId);
      if (position < 0) continue;
      this.decisions[position] = decisionCode(after.decision?.kind ?? null);
      this.correctedClassIds[position] = namedClass(after.decision) ?? 0;
      this.trustedClassIds[position] = after.trustedClassId ?? 0;
    }
  }
}

/** Reads a project's samples and verdicts in short pieces. */
export async function loadSampleIndex(stores: ProjectStores): Promise<SampleIndex> {
  const index = await loadSamples(stores);
  await loadVerdicts(stores, index);
  return index;
}

async function loadSamples(stores: ProjectStores): Promise<SampleIndex> {
  const pieces = [];
  let after = 0;
  for (;;) {
    const piece = stores.samples.columns(after, stretchRows);
    pieces.push(piece);
    if (piece.ids.length < stretchRows) break;
    after = piece.ids.at(-1) ?? 0;
    await yieldToOthers();
  }
  const count = pieces.reduce((sum, { ids }) => sum + ids.length, 0);
  const index = new SampleIndex(new Uint32Array(count), new Uint16Array(count));
  let position = 0;
  for (const { ids, givenClassIds } of pieces) {
    index.ids.set(ids, position);
    index.givenClassIds.set(givenClassIds, position);
    position += ids.length;
  }
  return index;
}

async function loadVerdicts(stores: ProjectStores, index: SampleIndex): Promise<void> {
  let after = 0;
  for (;;) {
    const { ids, decisions, correctedClassIds, trustedClassIds } = stores.verdicts.columns(after, stretchRows);
    ids.forEach((id, row) => {
      const position = index.positionOf(id);
      if (position < 0) return;
      index.decisions[position] = decisions[row] ?? 0;
      index.correctedClassIds[position] = correctedClassIds[row] ?? 0;
      index.trustedClassIds[position] = trustedClassIds[row] ?? 0;
    });
    if (ids.length < stretchRows) return;
    after = ids.at(-1) ?? 0;
    await yieldToOthers();
  }
}
