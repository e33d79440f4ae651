/** What a new run trains on: which samples, under which labels, whether that is enough, and with which settings. */
import type { ClassId, SampleClass, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { defaultSettings } from '../core/reweight/default-settings.ts';
import { guidedMethods, type RunSettings } from '../core/reweight/run-settings.ts';
import { validateSettings } from '../core/reweight/validate-settings.ts';
import { decisionKinds, leavesDataset } from '../core/dataset/decision.ts';
import { decisionCode, type SampleIndex } from './sample-index.ts';
import { listNames } from './list-names.ts';

export interface RunPlan {
  readonly sampleIds: readonly SampleId[];
  /** In the order of the network's outputs. */
  readonly classIds: readonly ClassId[];
  /** Class index per sample. */
  readonly labels: Int32Array;
  /** Sample indices, ascending. */
  readonly trusted: Uint32Array;
}

/** Defaults for what is left out; throws `invalid-value` for what makes no sense. */
export function resolveSettings(settings: Partial<RunSettings>, sampleCount: number): RunSettings {
  const resolved = { ...defaultSettings(settings.network ?? 'head', sampleCount), ...settings };
  validateSettings(resolved);
  return resolved;
}

/**
 * All present samples but those that leave the dataset, ordered by id: trusted samples under their trusted label, relabelled ones under
 * the corrected, the others under the given one. Classes are those that some sample then has.
 */
export function planSamples(index: SampleIndex): RunPlan {
  const leaving = new Set(decisionKinds.filter(leavesDataset).map(decisionCode));
  const relabelled = decisionCode('relabel');
  const sampleIds: SampleId[] = [];
  const labelIds: number[] = [];
  const trusted: number[] = [];
  for (let position = 0; position < index.count; position++) {
    const code = index.decisions[position] ?? 0;
    if (leaving.has(code)) continue;
    const trustedClass = index.trustedClassIds[position] ?? 0;
    if (trustedClass !== 0) trusted.push(sampleIds.length);
    sampleIds.push(index.idAt(position));
    const corrected = code === relabelled ? (index.correctedClassIds[position] ?? 0) : 0;
    labelIds.push(trustedClass || corrected || (index.givenClassIds[position] ?? 0));
  }
  const classIds = [...new Set(labelIds)].sort((a, b) => a - b) as ClassId[];
  const indexOfClass = new Map<number, number>(classIds.map((id, classIndex) => [id, classIndex]));
  const labels = Int32Array.from(labelIds, (id) => indexOfClass.get(id) ?? 0);
  return { sampleIds, classIds, labels, trusted: Uint32Array.from(trusted) };
}

/**
 * Throws `dataset-empty`, `classes-too-few`, or `trusted-set-too-small`.
 *
 * L2RW gives weight to what lowers the loss on trusted samples: a class without any trusted sample never lowers it, so that
 * all of its samples would look wrong. Every class needs one. Methods that are not guided by the trusted samples only measure
 * themselves against them: one is enough.
 */
export function checkPlan(plan: RunPlan, method: RunSettings['method'], classes: readonly SampleClass[]): void {
  if (plan.sampleIds.length === 0) {
    throw new TouchstoneError(
      'dataset-empty',
      'There are no images to train on. Import a dataset, or keep some of it.',
    );
  }
  if (plan.classIds.length < 2) {
    const message = 'All images to train on have the same label. Import or relabel images of a second class first.';
    throw new TouchstoneError('classes-too-few', message);
  }
  const missing = classesWithoutTrusted(plan, classes);
  if (missing.length === 0 || (!guidedMethods.includes(method) && plan.trusted.length > 0)) return;
  const message = `${missing.length} of ${plan.classIds.length} classes have no trusted image: ${listNames(missing)}. Verify at least one image of each, then train.`;
  throw new TouchstoneError('trusted-set-too-small', message, {
    details: { classes: missing.map(({ name }) => name) },
  });
}

/** Classes of the plan that no trusted sample stands for. */
export function classesWithoutTrusted(
  { classIds, labels, trusted }: RunPlan,
  classes: readonly SampleClass[],
): readonly SampleClass[] {
  const covered = new Set<number>();
  for (const sampleIndex of trusted) covered.add(classIds[labels[sampleIndex] ?? 0] ?? 0);
  const planned = new Set<number>(classIds);
  return classes.filter(({ id }) => planned.has(id) && !covered.has(id));
}
