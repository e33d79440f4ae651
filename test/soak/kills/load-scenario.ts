/** The scenarios of the kills, by the names of their files. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scenario } from './scenario.ts';

const folder = path.join(import.meta.dirname, 'scenarios');

export function scenarioNames(): readonly string[] {
  return readdirSync(folder).map((file) => path.basename(file, '.ts'));
}

/** Each file of scenarios/ exports one `scenario`. */
export async function loadScenario(name: string): Promise<Scenario> {
  const module = (await import(pathToFileURL(path.join(folder, `${name}.ts`)).href)) as { readonly scenario: Scenario };
  return module.scenario;
}
