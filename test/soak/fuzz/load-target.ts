/** The targets of the fuzzer, by the names of their files. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FuzzTarget } from './target.ts';

const folder = path.join(import.meta.dirname, 'targets');

export function targetNames(): readonly string[] {
  return readdirSync(folder).map((file) => path.basename(file, '.ts'));
}

/** Each file of targets/ exports one `target`. */
export async function loadTarget(name: string): Promise<FuzzTarget> {
  const module = (await import(pathToFileURL(path.join(folder, `${name}.ts`)).href)) as { readonly target: FuzzTarget };
  return module.target;
}
