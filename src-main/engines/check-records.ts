/**
 * What the self-checks on this machine found, in one small file beside the engine packs. A check that has begun and not ended
 * is written down too: an engine that takes the process down with it is not tried a second time by itself.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { engineNames } from '../core/engine-check.ts';
import type { EngineCheck, EngineName, WindowEngine } from '../core/engine-check.ts';

/** What is measured by itself: an engine in this process, or in the desktop app's hidden window, which is another thing. */
export type CheckedEngine = EngineName | `${WindowEngine}-window`;

const checkedEngine = v.picklist([...engineNames, 'webgpu-window', 'wasm-window'] satisfies CheckedEngine[]);
const checkSchema = v.object({
  engine: v.picklist(engineNames),
  device: v.string(),
  versions: v.record(v.string(), v.string()),
  passed: v.boolean(),
  failure: v.nullable(v.string()),
  reservation: v.optional(v.string()),
  findings: v.array(v.object({ name: v.string(), error: v.nullable(v.number()), tolerance: v.number() })),
  speed: v.object({
    convolutionGflops: v.number(),
    examplesPerSecond: v.nullable(v.number()),
    vectorsPerSecond: v.nullable(v.number()),
  }),
  memoryBytes: v.number(),
  durationMs: v.number(),
});

const recordSchema = v.variant('state', [
  v.object({ state: v.literal('begun'), engine: checkedEngine, processId: v.number() }),
  v.object({ state: v.literal('absent'), engine: checkedEngine, foundAtMs: v.number(), reason: v.string() }),
  v.object({ state: v.literal('ended'), engine: checkedEngine, checkedAtMs: v.number(), check: checkSchema }),
]);

export type CheckRecord =
  | { readonly state: 'begun'; readonly engine: CheckedEngine; readonly processId: number }
  /** It did not start, or should not be taken although it did: nothing to check. */
  | { readonly state: 'absent'; readonly engine: CheckedEngine; readonly foundAtMs: number; readonly reason: string }
  | {
      readonly state: 'ended';
      readonly engine: CheckedEngine;
      readonly checkedAtMs: number;
      readonly check: EngineCheck;
    };

/** Drivers are installed now and then, and nobody says so: what was absent is looked for again a day later. */
const absenceHoldsMs = 24 * 3600 * 1000;

/** Why the engine was not there when last looked for; null where that is too long ago, or it was there. */
export function knownAbsence(enginesFolder: string, engine: CheckedEngine): string | null {
  const record = readCheck(enginesFolder, engine);
  if (record?.state !== 'absent' || Date.now() - record.foundAtMs > absenceHoldsMs) return null;
  return record.reason;
}

/** Whether it was never looked at, or so long ago with such a result that its driver may be there by now. */
export function isDueForLook(enginesFolder: string, engine: CheckedEngine): boolean {
  const record = readCheck(enginesFolder, engine);
  switch (record?.state) {
    case undefined:
      return true;
    case 'begun':
      return false;
    case 'absent':
      return Date.now() - record.foundAtMs > absenceHoldsMs;
    case 'ended':
      return record.check.reservation !== undefined && Date.now() - record.checkedAtMs > absenceHoldsMs;
  }
}

/** Null where the engine was never checked, or the file cannot be read: then it is checked again. */
export function readCheck(enginesFolder: string, engine: CheckedEngine): CheckRecord | null {
  return readAll(enginesFolder).find((record) => record.engine === engine) ?? null;
}

/** Replaces the engine's record. The file is whole at any moment. */
export function writeCheck(enginesFolder: string, record: CheckRecord): void {
  replaceRecord(enginesFolder, record.engine, [record]);
}

/** To be called when an engine's files change. */
export function forgetCheck(enginesFolder: string, engine: CheckedEngine): void {
  replaceRecord(enginesFolder, engine, []);
}

function replaceRecord(enginesFolder: string, engine: CheckedEngine, replacement: readonly CheckRecord[]): void {
  const others = readAll(enginesFolder).filter((known) => known.engine !== engine);
  mkdirSync(enginesFolder, { recursive: true });
  const file = recordFile(enginesFolder);
  const beside = `${file}.${process.pid}.part`;
  writeFileSync(beside, JSON.stringify([...others, ...replacement], null, 2));
  try {
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function readAll(enginesFolder: string): readonly CheckRecord[] {
  let text: string;
  try {
    text = readFileSync(recordFile(enginesFolder), 'utf8');
  } catch {
    return [];
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(recordSchema)), text);
  return parsed.success ? parsed.output.map(withNumbers) : [];
}

/** JSON has no infinity: an error that was not a number is stored as null. */
function withNumbers(record: v.InferOutput<typeof recordSchema>): CheckRecord {
  if (record.state !== 'ended') return record;
  const findings = record.check.findings.map((finding) => ({
    ...finding,
    error: finding.error ?? Number.POSITIVE_INFINITY,
  }));
  return { ...record, check: { ...record.check, findings } };
}

function recordFile(enginesFolder: string): string {
  return path.join(enginesFolder, 'checks.json');
}
