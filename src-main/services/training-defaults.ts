/** What a training would do if nothing is chosen: settings, a rough time, and what to know before it starts. */
import type { TrainingDefaults } from '../contract/payloads.ts';
import type { SampleClass } from '../core/dataset/sample.ts';
import { patchDictionary } from '../core/patches/learn-dictionary.ts';
import { defaultSettings } from '../core/reweight/default-settings.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import { trustedTargetPerClass } from './class-counts.ts';
import { compareFromCache } from './compare-backbones.ts';
import { headInput } from './head-input.ts';
import { listNames } from './list-names.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Run } from './ports/run-store.ts';
import type { ServiceContext } from './service-context.ts';
import { classesWithoutTrusted, planSamples, type RunPlan } from './run-plan.ts';

/** Seconds that the shipped backbone takes per image at 128 pixels on two cores. */
const embeddingSecondsPerSample = 0.01;
/** Examples per second of the head on one core; other networks differ too much between machines to guess. */
const headExamplesPerSecond = 5000;
/** A run that was not paused takes at most so many times its epochs, and so many seconds more. */
const longestOverhead = 5;
const overheadSeconds = 60;

export async function describeDefaults(
  { ports }: Pick<ServiceContext, 'ports'>,
  { stores, views }: OpenProject,
  network: RunSettings['network'],
  backbone: string | undefined,
): Promise<TrainingDefaults> {
  const plan = planSamples(await views.index());
  const input = network === 'head' && backbone !== undefined ? await headInput(ports, { backbone }) : {};
  const settings = { ...defaultSettings(network, plan.sampleIds.length), ...input };
  return {
    settings,
    estimatedSeconds: estimateSeconds(stores, settings, plan.sampleIds.length),
    warnings: [
      ...findWarnings(plan, stores.samples.classes()),
      ...(await adviseOnBackbone({ ports }, { stores }, settings)),
    ],
  };
}

/** Where the project has vectors of its own patches already, and they do better on its trusted images. */
async function adviseOnBackbone(
  context: Pick<ServiceContext, 'ports'>,
  project: Pick<OpenProject, 'stores'>,
  settings: RunSettings,
): Promise<readonly string[]> {
  if (settings.network !== 'head' || settings.backbone === patchDictionary.name) return [];
  const comparison = await compareFromCache(context, project, settings);
  const [usual, own] = comparison?.candidates ?? [];
  if (!comparison || comparison.proposed === null || !usual || !own) return [];
  return [
    `Vectors of this project's own patches (backbone patch-dictionary) get ${own.right} of ${comparison.images} trusted images right, ` +
      `those of ${usual.backbone} ${usual.right}. Train with them.`,
  ];
}

/** From the newest run of the same network here; for the head also from a table. */
function estimateSeconds({ runs }: ProjectStores, settings: RunSettings, sampleCount: number): number | null {
  const visits = sampleCount * settings.epochs;
  for (const run of runs.all()) {
    const { network, imageSize, backbone } = run.settings;
    if (network !== settings.network || imageSize !== settings.imageSize || backbone !== settings.backbone) continue;
    const speed = runs.epochs(run.id).at(-1)?.examplesPerSecond ?? 0;
    if (speed > 0) return Math.max(visits / speed, secondsAsBefore(runs, run, visits) ?? 0);
  }
  // The table knows the app's own backbone alone.
  if (settings.network !== 'head' || settings.backbone !== defaultSettings('head', 1).backbone) return null;
  return sampleCount * embeddingSecondsPerSample + visits / headExamplesPerSecond;
}

/**
 * What a finished run took from its start to its ranking, scaled to so many visits: the speed of its epochs leaves out reading the pictures,
 * ranking, and waiting for a core. Null where it took so much longer than its epochs that someone must have paused it.
 */
function secondsAsBefore(runs: ProjectStores['runs'], run: Run, visits: number): number | null {
  if (run.status !== 'finished' || run.endedAtMs === null) return null;
  const ownVisits = runs.sampleIds(run.id).length * run.settings.epochs;
  const epochSeconds = runs.epochs(run.id).reduce((sum, { examplesPerSecond }) => {
    return examplesPerSecond > 0 ? sum + ownVisits / run.settings.epochs / examplesPerSecond : sum;
  }, 0);
  const seconds = (run.endedAtMs - run.createdAtMs) / 1000;
  if (seconds > longestOverhead * epochSeconds + overheadSeconds) return null;
  return (seconds * visits) / ownVisits;
}

function findWarnings(plan: RunPlan, classes: readonly SampleClass[]): readonly string[] {
  const warnings: string[] = [];
  const missing = classesWithoutTrusted(plan, classes);
  if (missing.length > 0) {
    warnings.push(`No trusted image of ${listNames(missing)}. Check at least one of each before training.`);
  }
  if (plan.classIds.length < 2) warnings.push('All images have the same label: there is nothing to tell apart.');
  const images = countLabels(plan, plan.labels.keys());
  const trusted = countLabels(plan, plan.trusted);
  // A class of one image can have no more than that one trusted.
  const few = trusted.filter(
    (count, label) => count > 0 && count < Math.min(trustedTargetPerClass, images[label] ?? 0),
  ).length;
  if (few > 0) {
    const subject = few === 1 ? '1 class has' : `${few} classes have`;
    warnings.push(`${subject} fewer than ${trustedTargetPerClass} trusted images. More make the ranking better.`);
  }
  return warnings;
}

/** So many of the samples have each label. */
function countLabels({ labels, classIds }: RunPlan, samples: Iterable<number>): Uint32Array {
  const counts = new Uint32Array(classIds.length);
  for (const sample of samples) counts[labels[sample] ?? 0] = (counts[labels[sample] ?? 0] ?? 0) + 1;
  return counts;
}
