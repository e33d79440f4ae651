/** SIGKILL at random moments: whatever was acknowledged is there, and nothing is half there. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { RunId } from '../../src-main/core/dataset/sample.ts';
import { projectFileName } from '../../src-main/storage/project-files.ts';
import { addRun, addSamples, impatientFiles, makeTemporaryFolder } from '../factories/make-project.ts';

const killCount = 10;
const child = join(import.meta.dirname, 'children', 'work-until-killed.ts');

/** Lines that the child had acknowledged `workMs` after its first one, when it was killed. */
async function workAndKill(folder: string, runId: RunId, workMs: number): Promise<string[]> {
  const worker = spawn(process.execPath, [child, folder, String(runId)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => worker.once('close', resolve));
  let output = '';
  const started = new Promise<void>((resolve) => {
    worker.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      resolve();
    });
  });
  await Promise.race([started, ended]);
  await wait(workMs);
  worker.kill('SIGKILL');
  await ended;
  return output.split('\n').filter((line, index, lines) => line !== '' && index < lines.length - 1);
}

function numbersOf(lines: readonly string[], word: string): number[] {
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1)));
}

function checkAfterKill(folder: string, runId: RunId, lines: readonly string[]): void {
  const project = impatientFiles.open(folder);
  expect(project.info.isReadOnly).toBe(false);
  const states = new Map(project.verdicts.journal(100_000).map(({ id, state }) => [id, state]));
  for (const id of numbersOf(lines, 'entry')) expect(states.has(id)).toBe(true);
  for (const id of numbersOf(lines, 'undone')) expect(states.get(id)).not.toBe('done');
  for (const entry of project.verdicts.journal(3)) {
    expect(project.verdicts.changesOf(entry.id)).toHaveLength(entry.changeCount);
  }
  const inForce = project.verdicts.nextUndo();
  for (const { sampleId, after } of inForce === null ? [] : project.verdicts.changesOf(inForce.id)) {
    expect(project.verdicts.byId(sampleId)).toEqual(after);
  }
  const epochsDone = project.runs.byId(runId)?.epochsDone ?? 0;
  for (const epochIndex of numbersOf(lines, 'epoch')) expect(epochIndex).toBeLessThan(epochsDone);
  const [first, last] = [project.runs.sampleIds(runId)[0]!, project.runs.sampleIds(runId).at(-1)!];
  for (const id of [first, last]) expect(project.runs.history(runId, id)).toHaveLength(epochsDone);
  project.close();
}

function integrityOf(folder: string): unknown {
  const database = new Database(join(folder, projectFileName), { readonly: true });
  const finding = database.pragma('integrity_check', { simple: true });
  const orphans = database.pragma('foreign_key_check');
  database.close();
  return [finding, orphans];
}

it(`survives ${killCount} kills in the middle of deciding and of writing epochs`, async () => {
  const { folder, remove } = makeTemporaryFolder();
  try {
    const project = impatientFiles.create(folder, 'kills');
    addSamples(project, 5_000);
    const { id } = addRun(project);
    project.close();
    let acknowledged = 0;
    for (let kill = 0; kill < killCount; kill += 1) {
      // Moments that differ from kill to kill; where in the work they fall depends on the machine anyway.
      const lines = await workAndKill(folder, id, (kill * 37) % 150);
      acknowledged += lines.length;
      expect(integrityOf(folder)).toEqual(['ok', []]);
      checkAfterKill(folder, id, lines);
    }
    expect(acknowledged).toBeGreaterThan(killCount);
  } finally {
    remove();
  }
});
