/** `npm run soak -- power-cuts [--cuts N] [--seed N]`. */
import { parseArgs } from 'node:util';
import { cutKinds, runPowerCuts } from './run-power-cuts.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { cuts: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
  });
  const tally = await runPowerCuts(Number(values.cuts), Number(values.seed));
  console.log('| what the cut did to the log | cuts |\n|---|---|');
  for (const kind of cutKinds) console.log(`| ${kind} | ${tally[kind]} |`);
  console.log('\nEvery project opened, sound, with all that was acknowledged.');
}
