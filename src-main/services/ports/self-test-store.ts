import type { SelfTestReport } from '../../contract/payloads.ts';
import type { RunId } from '../../core/dataset/sample.ts';

/** Where the latest self-test of each run is kept. */
export interface SelfTestStore {
  /** Null where the run was never tested. */
  read(runId: RunId): SelfTestReport | null;
  /** Takes the place of an earlier one of the same run. */
  replace(report: SelfTestReport): void;
}
