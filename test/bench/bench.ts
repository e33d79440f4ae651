/** `npm run bench -- <name> [arguments]`: runs one benchmark. Each is a file beside this one that exports `run`. */
import '../../src-main/shell-headless/keep-compiled.mjs';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { explainWrongUse } from '../config/explain-wrong-use.ts';

interface Benchmark {
  run(args: readonly string[]): Promise<void>;
}

function isBenchmark(module: unknown): module is Benchmark {
  return typeof module === 'object' && module !== null && 'run' in module && typeof module.run === 'function';
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== path.basename(import.meta.filename))
  .map((file) => path.basename(file, '.ts'));
const [name, ...args] = process.argv.slice(2);

if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run bench -- <name> [arguments]. Benchmarks: ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  const module: unknown = await import(pathToFileURL(path.join(import.meta.dirname, `${name}.ts`)).href);
  if (!isBenchmark(module)) throw new Error(`test/bench/${name}.ts must export run(args).`);
  await explainWrongUse(module.run(args));
}
