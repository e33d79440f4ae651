/** Reads the fuses back from a packaged app: `node resources/packaging/check-fuses.ts <binary or .app>`. Ends with 1 where one is not as it must be. */
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** As in electron-builder.yml. */
const wanted: readonly (readonly [FuseV1Options, FuseState])[] = [
  [FuseV1Options.RunAsNode, FuseState.DISABLE],
  [FuseV1Options.EnableCookieEncryption, FuseState.ENABLE],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseState.DISABLE],
  [FuseV1Options.EnableNodeCliInspectArguments, FuseState.DISABLE],
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseState.ENABLE],
  [FuseV1Options.OnlyLoadAppFromAsar, FuseState.ENABLE],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, FuseState.DISABLE],
];

const [, , binary] = process.argv;
if (!binary) throw new Error('Name the packaged binary.');
const wire = await getCurrentFuseWire(binary);
const wrong = wanted.filter(([fuse, state]) => wire[fuse] !== state);
for (const [fuse, state] of wrong) console.error(`${FuseV1Options[fuse]} should be ${FuseState[state]}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
