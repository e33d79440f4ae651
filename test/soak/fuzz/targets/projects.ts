/** Project files made by someone else: damaged bytes, and values that nobody expects in columns that fit the schema. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RandomGenerator } from '../../../../src-main/core/random/random-generator.ts';
import type { RunId, SampleId } from '../../../../src-main/core/dataset/sample.ts';
import { projectFileName, SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { createProjectRepair } from '../../../../src-main/storage/repair/project-repair.ts';
import { addRun, addSamples } from '../../../factories/make-project.ts';
import { startHost } from '../../../factories/make-services.ts';
import { makeEpochMetrics, makeEpochSignals, makeRunScores } from '../../../factories/make-signals.ts';
import { mutate, pick } from '../mutate.ts';
import type { FuzzTarget } from '../target.ts';

let seed = '';

/** Within the schema, and outside of what the app would write. */
const changes = [
  `UPDATE samples SET path = '../../secret.txt' WHERE id = 3`,
  `UPDATE samples SET path = '/etc/passwd', content_hash = '../../x' WHERE id = 4`,
  `UPDATE samples SET width = -1, height = 9e15, size_bytes = -5`,
  `UPDATE samples SET modified_at_ms = 9e999`,
  `UPDATE project SET source_folder = '/', source_kind = 'folders', source_file = NULL`,
  `UPDATE project SET name = replace(hex(zeroblob(2000000)), '0', 'x')`,
  `UPDATE classes SET name = replace(hex(zeroblob(500000)), '0', 'x') WHERE id = 1`,
  `UPDATE classes SET name = '__proto__' WHERE id = 2`,
  `INSERT INTO classes (id, name) VALUES (9000000000000000000, 'far')`,
  `UPDATE samples SET id = 9000000000000000000 WHERE id = 5`,
  `UPDATE runs SET settings = '{}'`,
  `UPDATE runs SET settings = '{"network":"head","epochs":1e308,"__proto__":{"x":1}}'`,
  `UPDATE runs SET settings = '[' || replace(hex(zeroblob(100000)), '00', '0,') || '0]'`,
  `UPDATE run_arrays SET bytes = zeroblob(3000000)`,
  `UPDATE run_arrays SET bytes = zeroblob(7)`,
  `UPDATE run_arrays SET bytes = randomblob(length(bytes))`,
  `UPDATE score_blocks SET entries = zeroblob(3)`,
  `UPDATE score_blocks SET entries = randomblob(length(entries))`,
  `UPDATE score_blocks SET first_key = 9e999, last_key = -9e999`,
  `UPDATE run_epochs SET checkpoint_file = '../../../secret.txt', weight_histogram = '{"a":1}'`,
  `UPDATE run_epochs SET weight_histogram = 'null', epoch_index = epoch_index + 1000000`,
  `UPDATE journal_entries SET change_count = -7, title = replace(hex(zeroblob(300000)), '0', char(8238))`,
  `DELETE FROM journal_changes`,
  `UPDATE journal_steps SET entry_id = 1`,
  `DELETE FROM project`,
  `UPDATE problems SET path = char(0), reason = char(27) || '[2J'`,
  `UPDATE run_classes SET output_index = output_index * 100000`,
  `DELETE FROM classes`,
  `PRAGMA user_version = 3`,
  `PRAGMA user_version = 0`,
  `PRAGMA user_version = 2000000000`,
  `CREATE TRIGGER evil AFTER INSERT ON journal_entries BEGIN DELETE FROM samples; END`,
  `CREATE VIEW evil AS SELECT * FROM samples`,
  `CREATE TABLE sqlite_stat_evil (x); INSERT INTO sqlite_stat_evil VALUES (zeroblob(1000000))`,
  `ANALYZE; UPDATE sqlite_stat1 SET stat = 'unordered noskipscan 1 1 99999999999999999999'`,
] as const;

export const target: FuzzTarget = {
  weight: 10,
  prepare: async (folder) => {
    const project = new SqliteProjectFiles().create(folder, 'Seed');
    project.setSource({ folder, labels: { kind: 'folders' } });
    addSamples(project, 300, 3);
    const { id } = addRun(project, 6);
    await project.runs.writeEpoch(id, makeEpochMetrics(0), makeEpochSignals(300), 'epoch-0');
    await project.runs.writeScores(id, makeRunScores(300));
    project.runs.setStatus(id, 'finished', 2);
    const drop = { decision: { kind: 'drop' }, trustedClassId: null } as const;
    project.verdicts.apply(
      'drop',
      [1, 2, 3].map((sample) => ({ sampleId: sample as SampleId, after: drop })),
      1,
    );
    project.samples.replaceProblems([{ path: 'x', kind: 'empty', reason: 'y' }]);
    project.close();
    seed = join(folder, projectFileName);
  },
  run: async (random, folder) => {
    const project = join(folder, 'project');
    mkdirSync(project);
    const file = join(project, projectFileName);
    copyFileSync(seed, file);
    if (random.uniform() < 0.6) change(file, random);
    if (random.uniform() < 0.5) writeFileSync(file, mutate(readFileSync(file), random));
    if (random.uniform() < 0.2) writeFileSync(`${file}-wal`, mutate(readFileSync(file).subarray(0, 20_000), random));
    await useEverything(folder, project);
    if (random.uniform() < 0.2) await createProjectRepair().rescue(project, 1);
  },
};

function change(file: string, random: RandomGenerator): void {
  const database = new Database(file);
  try {
    database.unsafeMode();
    database.pragma('foreign_keys = OFF');
    database.pragma('ignore_check_constraints = ON');
    for (let left = 1 + random.integer(3); left > 0; left -= 1) {
      try {
        database.exec(pick(changes, random));
      } catch {
        // The schema holds against this one.
      }
    }
  } finally {
    database.close();
  }
}

/** What pages and commands ask of a project; each may be refused, none may do anything else. */
async function useEverything(folder: string, project: string): Promise<void> {
  const { call, services, bugs } = startHost(folder);
  try {
    const { projectId } = await call('project/open', { folder: project });
    const query = { by: 'suspicion', filter: {} } as const;
    const [runId, sampleId] = [1 as RunId, 3 as SampleId];
    const asked = [
      () => call('project/status', { projectId }),
      () => call('import/report', { projectId }),
      () => call('train/list-runs', { projectId }),
      () => call('train/get-run', { projectId, runId }),
      () => call('review/page', { projectId, query, offset: 0, limit: 50 }),
      () => call('review/summary', { projectId, query }),
      () => call('review/sample', { projectId, sampleId }),
      () => call('review/noise-matrix', { projectId }),
      () => call('review/why', { projectId, sampleId }),
      () => call('decide/journal', { projectId, limit: 50 }),
      () => call('trust/list', { projectId }),
      () => call('trust/health', { projectId }),
      () => call('decide/apply', { projectId, target: { sampleIds: [sampleId] }, action: { kind: 'keep' } }),
      () => call('decide/undo', { projectId }),
      () => call('export/plan', { projectId, folder: join(folder, 'out'), format: 'folders', link: 'copy' }),
    ];
    for (const ask of asked) {
      await ask().catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'TouchstoneError')) throw error;
      });
    }
  } finally {
    await services.close();
    if (bugs.length > 0) throw bugs[0];
  }
}
