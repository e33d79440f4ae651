/** The short form of `npm run soak`: the same trials, fewer of each. */
import { describe, expect, it } from 'vitest';
import { loadTarget, targetNames } from './fuzz/load-target.ts';
import { fuzzLimits, runFuzz } from './fuzz/run-fuzz.ts';
import { scenarioNames } from './kills/load-scenario.ts';
import { runKills } from './kills/run-kills.ts';
import { cutKinds, runPowerCuts } from './power-cuts/run-power-cuts.ts';

/** 100 in all, with storage's, the installer's and the training worker's own. */
const killsPerScenario: Readonly<Record<string, number>> = {
  decide: 16,
  import: 8,
  export: 8,
  train: 8,
  embed: 6,
  rank: 10,
  migrate: 10,
  'back-up': 8,
  rescue: 8,
  install: 8,
};

describe('SIGKILL at a random moment', () => {
  it('is tried on every kind of work', () => {
    expect(Object.keys(killsPerScenario).toSorted()).toEqual(scenarioNames().toSorted());
  });

  it.each(Object.entries(killsPerScenario))('of %s loses nothing (%i kills)', async (name, kills) => {
    const tally = await runKills(name, kills, 7);
    expect(tally.kills).toBe(kills);
    expect(tally.inTheMiddle).toBeGreaterThan(0);
  });
});

it('a power cut loses nothing that was acknowledged', async () => {
  const tally = await runPowerCuts(150, 5);
  for (const kind of cutKinds) expect(tally[kind]).toBe(30);
});

describe('hostile files', () => {
  const cases = 1_000;

  it.each(targetNames())(
    '(%s) crash nothing, take no time or memory, and read and write nothing outside',
    async (name) => {
      const weights = await Promise.all(targetNames().map(async (target) => (await loadTarget(target)).weight));
      const share = (await loadTarget(name)).weight / weights.reduce((sum, weight) => sum + weight, 0);
      const tally = await runFuzz(name, Math.ceil(cases * share), 1);
      expect(tally.faults).toEqual([]);
      expect(tally.accepted + tally.refused).toBe(tally.cases);
      expect(tally.largestRssBytes).toBeLessThan(fuzzLimits.rssBytes);
    },
  );
});
