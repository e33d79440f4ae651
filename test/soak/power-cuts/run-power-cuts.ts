/**
 * Power cuts: the project file and its log as a disk may have kept them. Whatever lay behind the last acknowledged commit is cut off, torn, zeroed
 * or half there; or the cut came while the log was being brought into the main file. All that was acknowledged must be there.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createRandom, type RandomGenerator } from '../../../src-main/core/random/random-generator.ts';
import { projectFileName, SqliteProjectFiles } from '../../../src-main/storage/project-files.ts';
import { addSamples } from '../../factories/make-project.ts';
import { checkProject } from '../kills/check-project.ts';

const sampleCount = 1_500;
const actionCount = 12;
const sectorBytes = 512;

export const cutKinds = ['cut off', 'torn', 'zeroed', 'sectors missing', 'during a checkpoint'] as const;
export type CutKind = (typeof cutKinds)[number];
export type CutTally = Readonly<Record<CutKind, number>>;

interface Recording {
  /** The main file before any of its log was brought into it, and after all of it was. */
  readonly main: Buffer;
  readonly checkpointed: Buffer;
  readonly log: Buffer;
  /** Length of the log when each action was acknowledged. */
  readonly acknowledgedAt: readonly number[];
}

/** Throws the check's error, with the number of the cut. */
export async function runPowerCuts(cuts: number, seed: number): Promise<CutTally> {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-power-'));
  const random = createRandom(seed);
  const tally: Record<CutKind, number> = {
    'cut off': 0,
    torn: 0,
    zeroed: 0,
    'sectors missing': 0,
    'during a checkpoint': 0,
  };
  try {
    const recording = record(join(folder, 'recorded'), random);
    for (let cut = 1; cut <= cuts; cut += 1) {
      const kind = cutKinds[cut % cutKinds.length] ?? 'torn';
      await tryCut(join(folder, 'cut'), recording, kind, random).catch((error: unknown) => {
        throw new Error(`power cut ${cut}, ${kind} (seed ${seed})`, { cause: error });
      });
      tally[kind] += 1;
    }
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A session of single and bulk actions, as the disk saw it. */
function record(folder: string, random: RandomGenerator): Recording {
  const files = new SqliteProjectFiles();
  const made = files.create(folder, 'Power');
  addSamples(made, sampleCount, 3);
  made.close();
  const project = files.open(folder);
  const ids = project.samples.all().map(({ id }) => id);
  const file = join(folder, projectFileName);
  const acknowledgedAt: number[] = [];
  for (let action = 0; action < actionCount; action += 1) {
    const share = action % 3 === 0 ? 1 : 0.01;
    const chosen = ids.filter(() => random.uniform() < share);
    const kind = action % 2 === 0 ? 'drop' : 'keep';
    project.verdicts.apply(
      `action ${action}`,
      chosen.map((sampleId) => ({ sampleId, after: { decision: { kind }, trustedClassId: null } })),
      1,
    );
    acknowledgedAt.push(statSync(`${file}-wal`).size);
  }
  const [main, log] = [readFileSync(file), readFileSync(`${file}-wal`)];
  const other = new Database(file);
  other.pragma('wal_checkpoint(FULL)');
  const checkpointed = readFileSync(file);
  other.close();
  project.close();
  assert.ok(!checkpointed.equals(main), 'the log was brought into the main file');
  return { main, checkpointed, log, acknowledgedAt };
}

async function tryCut(folder: string, recording: Recording, kind: CutKind, random: RandomGenerator): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const { main, log, acknowledgedAt } = recording;
  const first = acknowledgedAt[0] ?? 0;
  const kept = kind === 'during a checkpoint' ? log.length : first + random.integer(log.length - first + 1);
  writeFileSync(join(folder, projectFileName), kind === 'during a checkpoint' ? mixSectors(recording, random) : main);
  writeFileSync(join(folder, `${projectFileName}-wal`), damageLog(log, kept, kind, random));
  const acknowledged = acknowledgedAt.filter((length) => length <= kept).length;
  await checkProject(folder, ({ samples, verdicts }) => {
    const done = verdicts.journal(actionCount).filter(({ state }) => state === 'done').length;
    assert.ok(done >= acknowledged, `${acknowledged} actions were acknowledged, ${done} are there`);
    assert.equal(samples.count(), sampleCount);
  });
}

function damageLog(log: Buffer, kept: number, kind: CutKind, random: RandomGenerator): Buffer {
  const damaged = Buffer.from(log);
  if (kind === 'cut off') return damaged.subarray(0, kept);
  if (kind === 'torn') for (let place = kept; place < damaged.length; place += 1) damaged[place] = random.integer(256);
  if (kind === 'zeroed') damaged.fill(0, kept);
  if (kind === 'sectors missing') {
    for (let start = Math.ceil(kept / sectorBytes) * sectorBytes; start < damaged.length; start += sectorBytes) {
      if (random.uniform() < 0.5) damaged.fill(0, start, Math.min(start + sectorBytes, damaged.length));
    }
  }
  return damaged;
}

/** Each sector of the main file as it was before or after. */
function mixSectors({ main, checkpointed }: Recording, random: RandomGenerator): Buffer {
  const length = random.uniform() < 0.5 ? main.length : checkpointed.length;
  const mixed = Buffer.alloc(length);
  for (let start = 0; start < length; start += sectorBytes) {
    const source = start >= main.length || random.uniform() < 0.5 ? checkpointed : main;
    source.copy(mixed, start, start, Math.min(start + sectorBytes, length));
  }
  return mixed;
}
