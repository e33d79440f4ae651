/** What an import found, for people: the classes and how even they are, the rare ones, the problem files. */
import type { ImportReport } from '../contract/payloads.ts';
import type { ProblemKind } from '../core/dataset/sample.ts';
import { countClasses } from './class-counts.ts';
import type { OpenProject } from './open-projects.ts';

/** Below this a class has too few images for their labels to be judged against each other. */
const rareClassSamples = 10;

/** Of the newest import that got to its end. Of a project from before imports were recorded everything counts as unchanged. */
export async function describeImport({ stores, views }: OpenProject): Promise<ImportReport> {
  const counts = stores.samples.lastImport();
  const index = await views.index();
  const classes = countClasses(index, stores.samples.classes());
  const sizes = classes.map(({ given }) => given).filter((given) => given > 0);
  const problems = stores.samples.problems();
  const problemCounts: Partial<Record<ProblemKind, number>> = {};
  for (const { kind } of problems) problemCounts[kind] = (problemCounts[kind] ?? 0) + 1;
  return {
    ...(counts ?? { added: 0, updated: 0, unchanged: index.count, gone: stores.samples.count('gone') }),
    samples: index.count,
    classes,
    imbalance: sizes.length === 0 ? null : Math.max(...sizes) / Math.min(...sizes),
    rareClasses: classes
      .filter(({ given }) => given > 0 && given < rareClassSamples)
      .map(({ name, given }) => ({ name, samples: given })),
    problems,
    problemCounts,
  };
}
