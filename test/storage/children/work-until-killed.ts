/**
 * Decides, undoes and writes epochs without end: `work-until-killed.ts FOLDER RUN-ID`. Prints a line after each action, once it
 * is acknowledged: `entry ID`, `undone ID` or `epoch INDEX`.
 */
import type { RunId } from '../../../src-main/core/dataset/sample.ts';
import { SqliteProjectFiles } from '../../../src-main/storage/project-files.ts';
import { makeEpochMetrics, makeEpochSignals } from '../../factories/make-signals.ts';

const [folder, runNumber] = process.argv.slice(2);
const project = new SqliteProjectFiles().open(folder ?? '');
const runId = Number(runNumber) as RunId;
const ids = project.runs.sampleIds(runId);
const firstEpoch = project.runs.byId(runId)?.epochsDone ?? 0;

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

function decide(round: number): void {
  const kind = round % 2 === 0 ? 'drop' : 'keep';
  const chosen = ids.filter((_, index) => (index + round) % 3 === 0);
  const changes = chosen.map((sampleId) => ({
    sampleId,
    after: { decision: { kind }, trustedClassId: null } as const,
  }));
  report(`entry ${project.verdicts.apply(`round ${round}`, changes, Date.now()).id}`);
  if (round % 5 === 4) report(`undone ${project.verdicts.undo(Date.now())?.id}`);
}

for (let round = 0; ; round += 1) {
  decide(round);
  const epochIndex = firstEpoch + round;
  await project.runs.writeEpoch(
    runId,
    makeEpochMetrics(epochIndex),
    makeEpochSignals(ids.length),
    `epoch-${epochIndex}`,
  );
  report(`epoch ${epochIndex}`);
}
