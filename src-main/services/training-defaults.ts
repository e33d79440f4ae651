/** What a training would do if nothing is chosen: settings, a rough time, and what to know before it starts. */
import type { TrainingDefaults } from '../contract/payloads.ts';
import type { SampleClass } from '../core/dataset/sample.ts';
import { defaultSettings } from '../core/reweight/default-settings.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import { trustedTargetPerClass } from './class-counts.ts';
import { listNames } from './list-names.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports.ts';
import { classesWithoutTrusted, planSamples, type RunPlan } from './run-plan.ts';

/** Seconds that the shipped backbone takes per image at 128 pixels on two cores. */
const embeddingSecondsPerSample = 0.01;
/** Examples per second of the head on one core; other networks differ too much between machines to guess. */
const headExamplesPerSecond = 5000;

export async function describeDefaults(
  { stores, views }: OpenProject,
  network: RunSettings['network'],
): Promise<TrainingDefaults> {
  const plan = planSamples(await views.index());
  const settings = defaultSettings(network, plan.sampleIds.length);
  return {
    settings,
    estimatedSeconds: estimateSeconds(stores, settings, plan.sampleIds.length),
    warnings: findWarnings(plan, stores.samples.classes()),
  };
}

/** From the newest run of the same network here; for the head also from a table. */
function estimateSeconds({ runs }: ProjectStores, settings: RunSettings, sampleCount: number): number | null {
  const visits = sampleCount * settings.epochs;
  for (const run of runs.all()) {
    const { network, imageSize, backbone } = run.settings;
    if (network !== settings.network || imageSize !== settings.imageSize || backbone !== settings.backbone) continue;
    const speed = runs.epochs(run.id).at(-1)?.examplesPerSecond ?? 0;
    if (speed > 0) return visits / speed;
  }
  if (settings.network !== 'head') return null;
  return sampleCount * embeddingSecondsPerSample + visits / headExamplesPerSecond;
}

function findWarnings(plan: RunPlan, classes: readonly SampleClass[]): readonly string[] {
  const warnings: string[] = [];
  const missing = classesWithoutTrusted(plan, classes);
  if (missing.length > 0) {
    warnings.push(`No trusted picture of ${listNames(missing)}. Check at least one of each before training.`);
  }
  if (plan.classIds.length < 2) warnings.push('All pictures have the same label: there is nothing to tell apart.');
  const trusted = new Uint32Array(plan.classIds.length);
  for (const sample of plan.trusted) trusted[plan.labels[sample] ?? 0] = (trusted[plan.labels[sample] ?? 0] ?? 0) + 1;
  const few = [...trusted].filter((count) => count > 0 && count < trustedTargetPerClass).length;
  if (few > 0) {
    const subject = few === 1 ? '1 class has' : `${few} classes have`;
    warnings.push(`${subject} fewer than ${trustedTargetPerClass} trusted pictures. More make the ranking better.`);
  }
  return warnings;
}
