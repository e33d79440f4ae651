/** The app's version, from the one place that holds it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The `version` of package.json, found upwards from this file: two folders up in the sources, as many in a bundle. */
export function readAppVersion(): string {
  const packageFile = path.resolve(import.meta.dirname, '../../package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return version;
}
