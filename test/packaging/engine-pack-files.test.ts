/** The packaged app leaves files of its packages out; none that loading an engine pack needs may be among them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPackageContents } from '../../resources/packaging/package-contents.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Prints every file below node_modules that is read when the backend of the TensorFlow engine is loaded. */
const loader = `
  const { _load, _resolveFilename } = require('node:module');
  const Module = require('node:module');
  const seen = new Set();
  Module._load = function (request, parent, ...rest) {
    try {
      const file = _resolveFilename(request, parent);
      if (file.includes('node_modules')) seen.add(file);
    } catch {}
    return _load.call(this, request, parent, ...rest);
  };
  require('node:util').isNullOrUndefined ??= (value) => value == null;
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
  require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend');
  console.log(JSON.stringify([...seen]));
`;

describe('the packaged app', () => {
  const hasPackage = existsSync(path.join(root, 'node_modules/@tensorflow/tfjs-node-gpu'));

  it.runIf(hasPackage)('holds every file that the TensorFlow engine loads, and none that only building needs', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', loader], { cwd: root, encoding: 'utf8' });
    expect(stdout, stderr).toContain('nodejs_kernel_backend');
    const needed = (JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as string[]).map((file) =>
      path.relative(root, file).replaceAll(path.sep, '/'),
    );
    expect(needed.length).toBeGreaterThan(50);
    const held = new Set(listPackageContents('linux'));
    expect(needed.filter((file) => !held.has(file))).toEqual([]);
    const ofPackage = [...held].filter((file) => file.startsWith('node_modules/@tensorflow/tfjs-node-gpu/'));
    expect(ofPackage.filter((file) => /\/(binding|scripts|deps)\//.test(file))).toEqual([]);
  });
});
