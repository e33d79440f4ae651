/** `npm run soak -- fuzz [--cases N] [--seed N] [--only TARGET] [--first N]`: hostile files, made from a seed. */
import { parseArgs } from 'node:util';
import { loadTarget, targetNames } from './load-target.ts';
import { fuzzLimits, runFuzz } from './run-fuzz.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      first: { type: 'string', default: '0' },
    },
  });
  const names = targetNames().filter((name) => values.only === undefined || values.only === name);
  const weights = await Promise.all(names.map(async (name) => (await loadTarget(name)).weight));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  console.log(
    '| hostile input | cases | accepted | refused with a reason | faults | longest, ms | largest process, MB |',
  );
  console.log('|---|---|---|---|---|---|---|');
  const faults: string[] = [];
  let cases = 0;
  for (const [index, name] of names.entries()) {
    const share = Math.ceil((Number(values.cases) * (weights[index] ?? 0)) / total);
    const tally = await runFuzz(name, share, Number(values.seed), Number(values.first));
    cases += share;
    if (tally.longestMs > fuzzLimits.caseMs) {
      const { longestCase, longestMs, longestCoreMs } = tally;
      faults.push(
        `${name} ${longestCase}: took ${Math.round(longestMs)} ms, ${Math.round(longestCoreMs)} of them on a core`,
      );
    }
    faults.push(...tally.faults);
    const { accepted, refused, longestMs, largestRssBytes } = tally;
    console.log(
      `| ${name} | ${share} | ${accepted} | ${refused} | ${tally.faults.length} | ${Math.round(longestMs)} | ${Math.round(largestRssBytes / 1e6)} |`,
    );
  }
  for (const fault of faults) console.log(`\n${fault}`);
  console.log(`\n${cases} cases, ${faults.length} faults.`);
  if (faults.length > 0) process.exitCode = 1;
}
