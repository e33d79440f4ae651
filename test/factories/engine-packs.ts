/**
 * The real engine packs that tests run on. They take a compiler and a download of 270 MB to build (`npm run make-engine-pack`), so
 * tests that need one are skipped where the variable TOUCHSTONE_TEST_ENGINES names no folder, except in CI, which builds one.
 */
import { installedPacks } from '../../src-main/engines/tensorflow/installed-packs.ts';

/** Folder with at least one pack, or null where tests do without. */
export const testEnginesFolder = findFolder(process.env['TOUCHSTONE_TEST_ENGINES']);

function findFolder(folder: string | undefined): string | null {
  if (folder && installedPacks(folder).length > 0) return folder;
  if (process.env['CI'] === 'true')
    throw new Error(
      'In CI the TensorFlow engine is tested: TOUCHSTONE_TEST_ENGINES must name a folder of engine packs.',
    );
  return null;
}
