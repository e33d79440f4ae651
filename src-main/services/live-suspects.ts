/**
 * The most suspicious samples of a run that is still training: those whose labels the network answered worst so far. Watching
 * them appear is how people come to trust a ranking; the ranking itself takes the whole run.
 */
import type { LiveSuspect } from '../contract/payloads.ts';
import type { ClassId } from '../core/dataset/sample.ts';
import type { EpochSignals } from '../core/reweight/signals.ts';
import type { RunInputs } from './ports/columns.ts';
import type { ProjectStores } from './ports/project-files.ts';
import { viewSamples } from './sample-views.ts';

const mostShown = 10;

export class LiveSuspects {
  readonly #inputs: RunInputs;
  readonly #classIds: readonly ClassId[];
  /** Of the margins of all epochs since this run began or went on, and of how many epochs: [N] each. */
  readonly #sums: Float64Array;
  readonly #epochs: Uint32Array;
  readonly #isTrusted: Uint8Array;

  constructor(inputs: RunInputs, classIds: readonly ClassId[]) {
    const count = inputs.sampleIds.length;
    this.#inputs = inputs;
    this.#classIds = classIds;
    this.#sums = new Float64Array(count);
    this.#epochs = new Uint32Array(count);
    this.#isTrusted = new Uint8Array(count);
    for (const index of inputs.trusted) this.#isTrusted[index] = 1;
  }

  /**
   * Takes an epoch in and returns the samples whose mean margin is smallest, the smallest first. No suspects are trusted ones,
   * and those whose label the network answered on average.
   */
  add({ margin, predicted }: EpochSignals, stores: ProjectStores): readonly LiveSuspect[] {
    const worst: { readonly index: number; readonly mean: number }[] = [];
    margin.forEach((value, index) => {
      if (Number.isNaN(value) || this.#isTrusted[index] === 1) return;
      const sum = (this.#sums[index] ?? 0) + value;
      const epochs = (this.#epochs[index] ?? 0) + 1;
      this.#sums[index] = sum;
      this.#epochs[index] = epochs;
      const mean = sum / epochs;
      if (mean >= (worst.length === mostShown ? (worst.at(-1)?.mean ?? 0) : 0)) return;
      const place = worst.findIndex((other) => mean < other.mean);
      worst.splice(place < 0 ? worst.length : place, 0, { index, mean });
      worst.length = Math.min(worst.length, mostShown);
    });
    return this.#view(
      worst.map(({ index }) => index),
      predicted,
      stores,
    );
  }

  #view(indexes: readonly number[], predicted: EpochSignals['predicted'], stores: ProjectStores): LiveSuspect[] {
    const { sampleIds, labels } = this.#inputs;
    const views = viewSamples(
      stores,
      indexes.flatMap((index) => sampleIds[index] ?? []),
    );
    const byId = new Map(views.map((view) => [view.id, view]));
    return indexes.flatMap((index) => {
      const id = sampleIds[index];
      const sample = id === undefined ? undefined : byId.get(id);
      const classId = this.#classIds[labels[index] ?? -1];
      const answeredClassId = this.#classIds[predicted[index] ?? -1];
      return sample && classId !== undefined && answeredClassId !== undefined
        ? [{ sample, classId, answeredClassId }]
        : [];
    });
  }
}
