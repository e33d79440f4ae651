/** The state of a project in one object: what the left column and `touchstone status` show. */
import type { ProjectStatus } from '../contract/payloads.ts';
import { decisionKinds, type DecisionKind } from '../core/dataset/decision.ts';
import { countClasses, countTrustedLabels, trustedTargetPerClass } from './class-counts.ts';
import type { OpenProject } from './open-projects.ts';
import type { CacheFiles } from './ports/host-ports.ts';
import { summariseRun } from './run-summaries.ts';
import type { SampleIndex } from './sample-index.ts';

export async function describeProject({ id, stores, views }: OpenProject, cache: CacheFiles): Promise<ProjectStatus> {
  const index = await views.index();
  const { info, samples, verdicts } = stores;
  const runs = stores.runs.all();
  const classes = countClasses(index, samples.classes());
  const undo = verdicts.nextUndo();
  const redo = verdicts.nextRedo();
  return {
    ...{ projectId: id, folder: info.folder, name: info.name, isReadOnly: info.isReadOnly, source: info.source },
    samples: { present: index.count, gone: samples.count('gone') },
    problems: samples.problems().length,
    classes,
    trusted: describeTrusted(index, classes),
    runs: {
      total: runs.length,
      finished: runs.filter(({ status }) => status === 'finished').length,
      latest: runs[0] ? summariseRun(stores, runs[0]) : null,
    },
    decisions: countDecisions(index),
    undo: undo && { title: undo.title },
    redo: redo && { title: redo.title },
    cacheBytes: await cache.sizeBytes(info.folder),
  };
}

function describeTrusted(index: SampleIndex, classes: ProjectStatus['classes']): ProjectStatus['trusted'] {
  const counts = countTrustedLabels(index);
  const perClass = classes.filter(({ given }) => given > 0).map(({ classId }) => counts.get(classId) ?? 0);
  return {
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    smallestPerClass: perClass.length === 0 ? 0 : Math.min(...perClass),
    targetPerClass: trustedTargetPerClass,
  };
}

function countDecisions(index: SampleIndex): Record<DecisionKind, number> {
  const codes = new Uint32Array(decisionKinds.length + 1);
  for (const code of index.decisions) codes[code] = (codes[code] ?? 0) + 1;
  const [, keep = 0, drop = 0, relabel = 0, unsure = 0, both = 0, neither = 0] = codes;
  return { keep, drop, relabel, unsure, both, neither };
}
