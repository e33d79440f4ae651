/** The fuses that electron-builder.yml asks for, as @electron/fuses names them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FuseV1Options } from '@electron/fuses';

const configuration = path.join(import.meta.dirname, 'electron-builder.yml');

/** By name of FuseV1Options. Throws for a fuse that Electron does not have. */
export function readWantedFuses(): ReadonlyMap<keyof typeof FuseV1Options, boolean> {
  const text = readFileSync(configuration, 'utf8');
  const section = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? '';
  const lines = [...section.matchAll(/^ {2}(\w+): (true|false)$/gm)];
  return new Map(lines.map(([, name = '', state]) => [toOption(name), state === 'true']));
}

function toOption(name: string): keyof typeof FuseV1Options {
  const wanted = name.toLowerCase();
  const option = Object.keys(FuseV1Options).find((candidate) => candidate.toLowerCase() === wanted);
  if (option === undefined) throw new Error(`Electron has no fuse ${name}.`);
  return option as keyof typeof FuseV1Options;
}
