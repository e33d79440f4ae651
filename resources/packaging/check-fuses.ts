/** Reads the fuses back from a packaged app: `node resources/packaging/check-fuses.ts <binary or .app>`. Ends with 1 where one is not as it must be. */
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { readWantedFuses } from './wanted-fuses.ts';

const [, , binary] = process.argv;
if (!binary) throw new Error('Name the packaged binary.');
const wire = await getCurrentFuseWire(binary);
for (const [name, isOn] of readWantedFuses()) {
  const state = isOn ? FuseState.ENABLE : FuseState.DISABLE;
  if (wire[FuseV1Options[name]] === state) continue;
  console.error(`${name} should be ${FuseState[state]}`);
  process.exitCode = 1;
}
