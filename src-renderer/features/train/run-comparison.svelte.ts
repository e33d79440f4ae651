/** Two runs side by side: where their settings differ, and how far their rankings agree. */
import type { MethodOutput } from '../../../src-main/contract/methods.ts';
import type { ProjectId, RunSummary } from '../../../src-main/contract/payloads.ts';
import type { RunId } from '../../../src-main/core/dataset/sample.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { settingWords } from './setting-words.ts';

export interface SettingRow {
  readonly name: string;
  readonly left: string;
  readonly right: string;
  readonly isSame: boolean;
}

export class RunComparisonState {
  /** At most two, in the order they were chosen. */
  chosen = $state.raw<readonly RunId[]>([]);
  agreement = $state.raw<MethodOutput<'review/compare-runs'> | null>(null);
  readonly #app: AppState;
  readonly #projectId: ProjectId;

  constructor(app: AppState, projectId: ProjectId) {
    this.#app = app;
    this.#projectId = projectId;
  }

  /** Adds a run or takes it away; a third one takes the place of the first. */
  async toggle(runId: RunId, runs: readonly RunSummary[]): Promise<void> {
    const others = this.chosen.filter((id) => id !== runId);
    this.chosen = others.length < this.chosen.length ? others : [...others.slice(-1), runId];
    this.agreement = null;
    const pair = this.pair(runs);
    if (!pair || pair.some(({ status }) => status !== 'finished')) return;
    const { chosen } = this;
    const [{ runId: left }, { runId: right }] = pair;
    const input = { projectId: this.#projectId, runId: left, otherRunId: right, by: 'suspicion', limit: 0 } as const;
    const agreement = await this.#app.attempt(this.#app.api.call('review/compare-runs', input));
    if (this.chosen === chosen) this.agreement = agreement;
  }

  /** The two runs, or null while fewer are chosen. */
  pair(runs: readonly RunSummary[]): readonly [RunSummary, RunSummary] | null {
    const [left, right] = this.chosen.map((id) => runs.find(({ runId }) => runId === id));
    return left && right ? [left, right] : null;
  }
}

/** Every setting of both, those that differ first. */
export function compareSettings([left, right]: readonly [RunSummary, RunSummary]): readonly SettingRow[] {
  const rows = settingWords.map(({ name, text }) => {
    const texts = { left: text(left), right: text(right) };
    return { name, ...texts, isSame: texts.left === texts.right };
  });
  return [...rows.filter(({ isSame }) => !isSame), ...rows.filter(({ isSame }) => isSame)];
}
