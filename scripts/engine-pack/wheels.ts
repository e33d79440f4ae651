/** Fetches wheels with pip and takes single files out of them. Python unpacks: it is there wherever pip is. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './run-tool.ts';

const python = process.platform === 'win32' ? 'python' : 'python3';

/** One of the Python releases that TensorFlow's wheels exist for; its C library is the same in all of them. */
const PYTHON_RELEASE = '3.12';

/** Requirements as pip reads them ("tensorflow-cpu==2.21.0") into `folder`; returns the wheels' paths. Nothing is installed. */
export function downloadWheels(
  requirements: readonly string[],
  platforms: readonly string[],
  folder: string,
): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const forTarget = ['--only-binary=:all:', '--implementation=cp', `--python-version=${PYTHON_RELEASE}`];
  const tags = platforms.map((platform) => `--platform=${platform}`);
  const pip = ['-m', 'pip', 'download', '--no-deps', '--disable-pip-version-check', '--quiet'];
  runTool('Fetching wheels', python, [...pip, ...forTarget, ...tags, '--dest', folder, ...requirements]);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .map((name) => path.join(folder, name));
}

const unpackScript = `
import re, sys, zipfile
wheel, target, pattern = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if re.search(pattern, name)])
`;

/** Takes out the files whose path in the wheel matches `pattern` (Python's and JavaScript's expressions are alike here). */
export function unpackWheel(wheel: string, folder: string, pattern: RegExp): void {
  mkdirSync(folder, { recursive: true });
  runTool('Unpacking a wheel', python, ['-c', unpackScript, wheel, folder, pattern.source]);
}

/** Name and version out of a wheel's file name. */
export function wheelVersion(wheel: string): readonly [name: string, version: string] {
  const [name = '', version = ''] = path.basename(wheel).split('-');
  return [name.replaceAll('_', '-'), version];
}

/** What an unpacked TensorFlow wheel asks for under its extra `and-cuda`, as pip reads it. */
export function cudaRequirements(unpacked: string): readonly string[] {
  const info = readdirSync(unpacked).find((name) => name.endsWith('.dist-info'));
  if (info === undefined) throw new Error(`${unpacked} holds no description of the wheel.`);
  const lines = readFileSync(path.join(unpacked, info, 'METADATA'), 'utf8').split('\n');
  const found = lines.map((line) => /^Requires-Dist: ([^;]+); extra == ["']and-cuda["']/.exec(line)?.[1]?.trim());
  return found.filter((requirement) => requirement !== undefined);
}
