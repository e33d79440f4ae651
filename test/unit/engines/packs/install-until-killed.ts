/** Installs a pack and stops in the middle, for a test to kill: `install-until-killed.ts <archive> <folder of engines>`. */
import { setTimeout } from 'node:timers/promises';
import { installArchive } from '../../../../src-main/engines/packs/install-pack.ts';

const [, , archive = '', engines = ''] = process.argv;
await installArchive(archive, engines, {
  check: async () => {
    process.stdout.write('checking\n');
    await setTimeout(60_000);
  },
});
