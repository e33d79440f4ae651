/** Loads a scenario, says `ready`, waits for a line on standard input, and works until it is killed: `child.ts SCENARIO FOLDER`. */
import { writeSync } from 'node:fs';
import { loadScenario } from './load-scenario.ts';

const [name = '', folder = ''] = process.argv.slice(2);
const scenario = await loadScenario(name);
// Written at once: a line that is out was acknowledged before the kill.
const say = (line: string): void => void writeSync(1, `${line}\n`);
say('ready');
process.stdin.once('data', () => {
  process.stdin.destroy();
  scenario.work(folder, say).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(3);
    },
  );
});
