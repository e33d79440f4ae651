/** `npm run soak -- kills [--kills N] [--seed N] [--only SCENARIO]`: SIGKILL at random moments of every kind of work. */
import { parseArgs } from 'node:util';
import { scenarioNames } from './load-scenario.ts';
import { runKills } from './run-kills.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  const names = scenarioNames().filter((name) => values.only === undefined || values.only === name);
  if (names.length === 0) throw new Error(`There is no scenario ${values.only}: ${scenarioNames().join(', ')}.`);
  const each = Math.ceil(Number(values.kills) / names.length);
  console.log('| work | kills | met it in the middle | acknowledged before a kill, all there | seconds |');
  console.log('|---|---|---|---|---|');
  let total = 0;
  for (const name of names) {
    const startedAtMs = Date.now();
    const { kills, inTheMiddle, acknowledged } = await runKills(name, each, Number(values.seed));
    total += kills;
    console.log(
      `| ${name} | ${kills} | ${inTheMiddle} | ${acknowledged} | ${Math.round((Date.now() - startedAtMs) / 1000)} |`,
    );
  }
  console.log(`\n${total} kills: every project opened, sound, with all that was acknowledged.`);
}
