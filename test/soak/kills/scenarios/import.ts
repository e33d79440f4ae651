/** Importing a folder of images into a project with decisions. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startHost, type TestHost } from '../../../factories/make-services.ts';
import { checkProject } from '../check-project.ts';
import { drawImages } from '../drawn-images.ts';
import type { Scenario } from '../scenario.ts';

const perClass = 60;

async function importInto(folder: string, host: TestHost): Promise<void> {
  const { projectId } = await host.call('project/open', { folder: join(folder, 'project') });
  const { jobId } = await host.call('import/start', {
    projectId,
    folder: join(folder, 'pictures'),
    labels: { kind: 'folders' },
    update: true,
  });
  await host.finish('import', jobId);
}

export const scenario: Scenario = {
  longestMs: 350,
  prepare: async (folder) => {
    await drawImages(join(folder, 'pictures'), perClass);
    const host = startHost(folder);
    await host.call('project/create', { folder: join(folder, 'project'), name: 'Kills' });
    await host.services.close();
  },
  work: async (folder, acknowledge) => {
    const host = startHost(folder);
    await importInto(folder, host);
    acknowledge('imported');
    // Everything is gone and comes back: the next import has as much to do as the first.
    const { projectId } = await host.call('project/open', { folder: join(folder, 'project') });
    const { samples } = await host.call('project/status', { projectId });
    if (samples.present !== perClass * 3) throw new Error(`${samples.present} images after an import`);
    await host.services.close();
  },
  check: async (folder, acknowledged) => {
    await checkProject(join(folder, 'project'), ({ samples }) => {
      const present = samples.all('present');
      for (const { path, contentHash } of present) assert.ok(/^[\da-f]{64}$/.test(contentHash), path);
      assert.equal(new Set(samples.all().map(({ path }) => path)).size, samples.count());
      if (acknowledged.includes('imported')) assert.equal(present.length, perClass * 3);
      // As if the files had changed: what is read again at the next round.
      samples.markGone(present.map(({ id }) => id));
    });
  },
  finish: async (folder) => {
    const host = startHost(folder);
    await importInto(folder, host);
    await host.services.close();
    await checkProject(join(folder, 'project'), ({ samples }) => assert.equal(samples.count('present'), perClass * 3));
  },
};
