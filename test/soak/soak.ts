/** `npm run soak -- kills|power-cuts|fuzz|endurance [options]`: long trials of what must not break. Each prints a table. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { explainWrongUse } from '../config/explain-wrong-use.ts';

interface Trial {
  run(args: readonly string[]): Promise<void>;
}

const trials: Readonly<Record<string, string>> = {
  kills: 'kills/soak-kills.ts',
  endurance: 'endurance/soak-endurance.ts',
  fuzz: 'fuzz/soak-fuzz.ts',
  'power-cuts': 'power-cuts/soak-power-cuts.ts',
};
const [name = '', ...args] = process.argv.slice(2);
const file = trials[name];

if (file === undefined) {
  console.error(`Usage: npm run soak -- <trial> [options]. Trials: ${Object.keys(trials).join(', ')}.`);
  process.exitCode = 2;
} else {
  const trial = (await import(pathToFileURL(path.join(import.meta.dirname, file)).href)) as Trial;
  await explainWrongUse(trial.run(args));
}
