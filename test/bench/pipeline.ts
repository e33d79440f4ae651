/**
 * From a folder of 5,000 photographs to the ranking, as a user waits for it; and where Python has cleanlab, the same the cleanlab way with the same
 * backbone, one after the other in the same run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { defaultSettings } from '../../src-main/core/reweight/default-settings.ts';
import { CliSession } from '../../src-main/shell-headless/cli/session.ts';
import { dataset, importAll, readTruth, trust } from './first-ranking.ts';

const wantedSeconds = 120;
const wantedRankingSeconds = 20;
const pollMs = 50;
const neededOfPython = 'pip install cleanlab scikit-learn onnxruntime pillow';

/** `TOUCHSTONE_PYTHON` names the interpreter; python3 otherwise. Fails where a wanted time is missed. */
export async function run(): Promise<void> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'touchstone-pipeline-'));
  process.env['TOUCHSTONE_HOME'] = path.join(scratch, 'home');
  const session = new CliSession({ json: false });
  try {
    const ours = await measure(session, path.join(scratch, 'project'));
    console.log(
      `Touchstone: imported, embedded, trained and ranked in ${seconds(ours.total)} (under ${wantedSeconds} s is wanted)`,
    );
    console.log(`  the ranking itself: ${seconds(ours.ranking)} (under ${wantedRankingSeconds} s is wanted)`);
    const isInTime = ours.total < wantedSeconds && ours.ranking < wantedRankingSeconds;
    if (!isInTime || !isAsQuickAsPython(ours.total)) process.exitCode = 1;
  } finally {
    await session.close();
    await rm(scratch, { recursive: true });
  }
}

/** Seconds. Choosing the trusted images is the user's part and not counted. */
async function measure(session: CliSession, folder: string): Promise<{ total: number; ranking: number }> {
  const truth = await readTruth();
  const startedAtMs = performance.now();
  const project = await session.call('project/create', { folder });
  await importAll(session, project);
  const importedAtMs = performance.now();
  await trust(session, project, truth, 1);
  const trainingAtMs = performance.now();
  const { jobId } = await session.call('train/start', { projectId: project.projectId, settings: {} });
  const phaseAtMs = new Map<string, number>();
  const finished = session.finish('training', jobId).then(() => 'finished');
  do {
    const { training } = await session.call('job/get', { jobId });
    const phase = training?.phase ?? 'preparing';
    if (!phaseAtMs.has(phase)) phaseAtMs.set(phase, performance.now());
  } while ((await Promise.race([finished, setTimeout(pollMs)])) !== 'finished');
  const endedAtMs = performance.now();
  const total = (importedAtMs - startedAtMs + endedAtMs - trainingAtMs) / 1000;
  const parts = [['import', startedAtMs, importedAtMs] as const, ...spans([...phaseAtMs], endedAtMs)];
  console.log(parts.map(([name, from, to]) => `${name} ${seconds((to - from) / 1000)}`).join(', '));
  return { total, ranking: (endedAtMs - (phaseAtMs.get('ranking') ?? endedAtMs)) / 1000 };
}

/** Each phase with its beginning and end; embedding is part of `preparing`. */
function spans(starts: readonly (readonly [string, number])[], endMs: number): (readonly [string, number, number])[] {
  return starts.map(([name, from], index) => [name, from, starts[index + 1]?.[1] ?? endMs] as const);
}

/** True as well where there is nothing to compare with. */
function isAsQuickAsPython(oursSeconds: number): boolean {
  const python = process.env['TOUCHSTONE_PYTHON'] ?? 'python3';
  if (spawnSync(python, ['-c', 'import cleanlab, sklearn, onnxruntime, PIL']).status !== 0) {
    console.log(`Not compared with cleanlab: ${python} lacks some of what it needs (${neededOfPython}).`);
    return true;
  }
  const { backbone, imageSize } = defaultSettings('head', 1);
  const model = path.resolve(import.meta.dirname, '../../resources/backbones', backbone);
  const script = path.join(import.meta.dirname, 'pipeline/cleanlab-pipeline.py');
  const startedAtMs = performance.now();
  const { status, stdout, stderr } = spawnSync(python, [script, dataset, model, String(imageSize)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`cleanlab-pipeline.py failed: ${stderr}`);
  const total = (performance.now() - startedAtMs) / 1000;
  const parts = JSON.parse(stdout) as { embedding: number; ranking: number };
  console.log(
    `cleanlab in Python: ${seconds(total)}, of it embedding ${seconds(parts.embedding)}, regression and filter ${seconds(parts.ranking)}`,
  );
  console.log(`ours / theirs: ${(oursSeconds / total).toFixed(2)} (at most 1 is wanted)`);
  return oursSeconds <= total;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
