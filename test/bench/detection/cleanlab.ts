/** Where Python has cleanlab: what it finds in one trial, beside our version of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auroc } from '../../../src-main/core/metrics/ranking-quality.ts';
import { startChosen } from '../../../src-main/engines/start-chosen.ts';
import { conditions, drawTrial, type Trial } from './conditions.ts';
import type { LabelledVectors } from './datasets.ts';
import { rivalScores } from './rivals.ts';

const checked = ['uniform-20', 'pair-40'];
const names = ['self-confidence', 'confident learning'] as const;

/** Prints AUROCs side by side. `TOUCHSTONE_PYTHON` names the interpreter; python3 otherwise. Skipped, saying so, without cleanlab. */
export async function compareWithCleanlab(data: LabelledVectors): Promise<void> {
  const python = process.env['TOUCHSTONE_PYTHON'] ?? 'python3';
  if (spawnSync(python, ['-c', 'import cleanlab, sklearn']).status !== 0) {
    console.log(`Not compared with cleanlab: ${python} does not have it (pip install cleanlab scikit-learn).`);
    return;
  }
  await startChosen('auto', { enginesFolder: process.env['TOUCHSTONE_TEST_ENGINES'] ?? null });
  for (const condition of conditions.filter(({ name }) => checked.includes(name))) {
    const trial = drawTrial(data, condition, 1, 10);
    const theirs = runCleanlab(python, trial);
    const ours = await rivalScores(trial, 1);
    for (const name of names) {
      const isTrusted = new Set(trial.trusted);
      const suspects = [...trial.labels.keys()].filter((sample) => !isTrusted.has(sample));
      const values = suspects.map((sample) => ours[name]![sample]!);
      const isWrong = suspects.map((sample) => Number(trial.labels[sample] !== trial.truth[sample]));
      console.log(
        `${data.name} ${condition.name} ${name}: cleanlab ${theirs[name]?.toFixed(4)}, ours ${auroc(values, isWrong).toFixed(4)}`,
      );
    }
  }
}

function runCleanlab(python: string, { vectors, dimensions, labels, truth, trusted }: Trial): Record<string, number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'touchstone-cleanlab-'));
  try {
    const isTrusted = new Set(trusted);
    // Trusted samples are no suspects: -1.
    const wrong = labels.map((label, sample) => (isTrusted.has(sample) ? -1 : Number(label !== truth[sample])));
    writeFileSync(path.join(folder, 'vectors.f32'), vectors);
    writeFileSync(path.join(folder, 'labels.i32'), labels);
    writeFileSync(path.join(folder, 'wrong.i32'), wrong);
    const script = path.join(import.meta.dirname, 'check-cleanlab.py');
    const { status, stdout, stderr } = spawnSync(python, [script, folder], {
      input: `${labels.length} ${dimensions}\n`,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`check-cleanlab.py failed: ${stderr}`);
    return JSON.parse(stdout) as Record<string, number>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
