/** Runs as the pages see them. */
import type { RunDetail, RunSummary } from '../contract/payloads.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Run } from './ports/run-store.ts';

export function summariseRun({ runs }: ProjectStores, run: Run): RunSummary {
  const { id, status, settings, versions, createdAtMs, endedAtMs, epochsDone, trustedCount, failure } = run;
  const times = { createdAtMs, endedAtMs, epochsDone };
  return { runId: id, status, settings, versions, ...times, trustedCount, failure, plateau: runs.plateau(id) };
}

export function describeRun(stores: ProjectStores, run: Run): RunDetail {
  return { ...summariseRun(stores, run), epochs: stores.runs.epochs(run.id) };
}

/** Throws `run-not-found`. */
export function requireRun(stores: ProjectStores, runId: RunId): Run {
  const run = stores.runs.byId(runId);
  if (run) return run;
  throw new TouchstoneError(
    'run-not-found',
    `There is no run ${runId} in this project. List the runs to see which there are.`,
    {
      details: { runId },
    },
  );
}
