/** Exporting a cleaned copy: a folder of the target's name is whole or not there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { startHost, type TestHost } from '../../../factories/make-services.ts';
import { checkProject } from '../check-project.ts';
import { drawImages } from '../drawn-images.ts';
import type { Scenario } from '../scenario.ts';

const perClass = 60;

async function exportOnce(folder: string, host: TestHost): Promise<void> {
  const { projectId } = await host.call('project/open', { folder: join(folder, 'project') });
  const request = { projectId, folder: join(folder, 'clean'), format: 'folders', link: 'copy' } as const;
  const { jobId } = await host.call('export/start', request);
  await host.finish('export', jobId);
}

function checkWhole(folder: string): void {
  const target = join(folder, 'clean');
  const rows = parse(readFileSync(join(target, 'manifest.csv')), { columns: true }) as readonly Record<
    string,
    string
  >[];
  assert.equal(rows.length, perClass * 3);
  const files = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.equal(files.length, perClass * 3 + 1);
  const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  const originals = readdirSync(join(folder, 'pictures'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const known = new Set(originals.map((entry) => hashOf(join(entry.parentPath, entry.name))));
  for (const entry of files) {
    if (entry.name !== 'manifest.csv') assert.ok(known.has(hashOf(join(entry.parentPath, entry.name))), entry.name);
  }
}

export const scenario: Scenario = {
  longestMs: 350,
  prepare: async (folder) => {
    await drawImages(join(folder, 'pictures'), perClass);
    const host = startHost(folder);
    const { projectId } = await host.call('project/create', { folder: join(folder, 'project') });
    const source = { folder: join(folder, 'pictures'), labels: { kind: 'folders' } } as const;
    const { jobId } = await host.call('import/start', { projectId, ...source });
    await host.finish('import', jobId);
    await host.services.close();
  },
  work: async (folder, acknowledge) => {
    const host = startHost(folder);
    await exportOnce(folder, host);
    acknowledge('exported');
    await host.services.close();
  },
  check: async (folder, acknowledged) => {
    const isThere = existsSync(join(folder, 'clean'));
    if (acknowledged.includes('exported')) assert.ok(isThere, 'what was acknowledged is there');
    if (isThere) checkWhole(folder);
    await checkProject(join(folder, 'project'));
    const others = readdirSync(folder).filter((name) => !['clean', 'home', 'pictures', 'project'].includes(name));
    for (const name of others) assert.match(name, /^clean\.incomplete-[\da-f]{8}$/);
    for (const name of ['clean', ...others]) rmSync(join(folder, name), { recursive: true, force: true });
  },
  finish: async (folder) => {
    const host = startHost(folder);
    await exportOnce(folder, host);
    await host.services.close();
    checkWhole(folder);
  },
};
