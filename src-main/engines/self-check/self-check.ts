/** Finds a broken driver before a ranking does: a few seconds of arithmetic whose results are known in float64. */
import type { CheckFinding, EngineCheck } from '../../core/engine-check.ts';
import type { ReadyEngine } from '../engine.ts';
import { checkLayers } from './check-layers.ts';
import { checkStep } from './check-step.ts';
import { measureSpeed } from './measure-speed.ts';

/** `engine` must be the current one. What it throws while it computes is a failed check, not a rejection. */
export async function selfCheck(engine: ReadyEngine): Promise<EngineCheck> {
  const startedAtMs = performance.now();
  const { findings, speed, failure } = await runChecks();
  return {
    engine: engine.name,
    device: engine.device,
    versions: engine.versions,
    passed: failure === null,
    failure,
    reservation: engine.reservation,
    findings,
    speed,
    memoryBytes: processBytes(),
    durationMs: performance.now() - startedAtMs,
  };
}

/** A Web Worker has no process to ask. */
function processBytes(): number {
  return 'process' in globalThis ? process.memoryUsage().rss : 0;
}

async function runChecks(): Promise<Pick<EngineCheck, 'findings' | 'speed' | 'failure'>> {
  const findings: CheckFinding[] = [];
  try {
    findings.push(...(await checkLayers()), ...(await checkStep()));
    const speed = await measureSpeed();
    return { findings, speed, failure: describeFailure(findings) };
  } catch (error) {
    const failure = `It stopped with an error: ${error instanceof Error ? error.message : String(error)}`;
    return { findings, speed: { convolutionGflops: 0, examplesPerSecond: null, vectorsPerSecond: null }, failure };
  }
}

/** In one line which comparisons are beyond what rounding explains, or null. */
export function describeFailure(findings: readonly CheckFinding[]): string | null {
  const wrong = findings.filter(({ error, tolerance }) => !(error <= tolerance));
  const [first] = wrong;
  if (first === undefined) return null;
  const others = wrong.length > 1 ? ` and ${wrong.length - 1} more` : '';
  return `Wrong results: ${first.name}${others} (relative error ${first.error.toExponential(1)}).`;
}
