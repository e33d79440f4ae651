/** Before all specs: the pages are built where they are missing or old, so that no server has to do it in the middle of a test. */
import { ensureBuilt } from '../../src-main/shell-headless/build-app.ts';

export async function setup(): Promise<void> {
  if (process.env['TOUCHSTONE_ELECTRON'] === undefined) await ensureBuilt((line) => process.stdout.write(`${line}\n`));
}
