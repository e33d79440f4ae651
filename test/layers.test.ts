/** Reads every import of the sources and holds it against the layout: which folder may import which, and which package. */
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Per folder of src-main: the sibling folders it may import (its own always), and the packages. `node:` stands for Node itself. */
const rules: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly RegExp[] }>> = {
  core: { folders: [], packages: [/^pure-rand/, /^@tensorflow\/tfjs-core$/] },
  contract: { folders: ['core'], packages: [/^valibot$/, /^birpc$/] },
  services: { folders: ['core', 'contract'], packages: [/^node:path$/, /^node:crypto$/, /^node:timers/] },
  storage: { folders: ['core', 'services/ports'], packages: [/^better-sqlite3$/, /^node:/] },
  media: { folders: ['core', 'services/ports'], packages: [/^sharp$/, /^csv-/, /^hyparquet-writer$/, /^node:/] },
  downloads: { folders: ['core'], packages: [/^node:/] },
  system: { folders: [], packages: [/^node:/] },
  embedding: { folders: ['core', 'downloads', 'system', 'services/ports'], packages: [/^onnxruntime-node$/, /^node:/] },
  analysis: { folders: ['core', 'services/ports'], packages: [/^umap-js$/, /^node:/] },
  engines: {
    folders: ['core', 'downloads', 'system'],
    packages: [/^@tensorflow\//, /^onnxruntime-node/, /^webgpu$/, /^valibot$/, /^tar$/, /^node:/],
  },
  training: {
    folders: ['core', 'engines', 'system', 'services/ports'],
    packages: [/^@tensorflow\/tfjs-core$/, /^node:/],
  },
  reproduce: {
    folders: ['core', 'engines', 'media', 'services/ports', 'training'],
    packages: [/^csv-parse$/, /^node:/],
  },
  'shell-headless': { folders: ['*'], packages: [/^(?!electron)/] },
  'shell-electron': { folders: ['*'], packages: [/./] },
};

/** The folders of core that may use tensor operations. */
const tensorFolders = /^src-main\/core\/(network|reweight|ranking)\//;
const threadFiles =
  /^src-main\/(training\/(training-worker|training-process-entry|helper-thread|helper-worker|run-node-job|worker-runner)|engines\/(check-entry|run-check)|analysis\/(analysis-worker|worker-analyst)|embedding\/(backbone-worker(-client)?|onnx-embedder)|shell-[a-z]+\/.*)\.ts$/;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isLocal: boolean;
}

let imports: readonly Import[] = [];

beforeAll(async () => {
  const folders = ['src-main', 'src-renderer'].filter((folder) => existsSync(path.join(root, folder)));
  const result = await cruise(
    folders,
    {
      baseDir: root,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '^(out|test)/' },
    },
    {},
  );
  const { modules } = result.output as ICruiseResult;
  imports = modules.flatMap((module) =>
    module.dependencies.map((dependency) => {
      const isLocal = dependency.resolved.startsWith('src-');
      const name =
        dependency.coreModule && !dependency.module.startsWith('node:')
          ? `node:${dependency.module}`
          : dependency.module;
      return { from: module.source, to: isLocal ? dependency.resolved : name, isLocal };
    }),
  );
}, 120_000);

function folderOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function isAllowedFolder(from: string, to: string): boolean {
  const rule = rules[folderOf(from)];
  if (!rule || !to.startsWith('src-main/')) return false;
  if (folderOf(from) === folderOf(to) || rule.folders.includes('*')) return true;
  return rule.folders.some((folder) => to.startsWith(`src-main/${folder}/`) || to === `src-main/${folder}.ts`);
}

describe('imports', () => {
  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it('name a rule for every folder of src-main', () => {
    const folders = readdirSync(path.join(root, 'src-main'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map((entry) => entry.name).filter((name) => !(name in rules))).toEqual([]);
  });

  it('between folders of src-main follow the table', () => {
    const wrong = imports.filter(
      ({ from, to, isLocal }) => isLocal && from.startsWith('src-main/') && !isAllowedFolder(from, to),
    );
    expect(wrong).toEqual([]);
  });

  it('of packages follow the table', () => {
    const wrong = imports.filter(({ from, to, isLocal }) => {
      if (isLocal || !from.startsWith('src-main/')) return false;
      return !rules[folderOf(from)]?.packages.some((pattern) => pattern.test(to));
    });
    expect(wrong).toEqual([]);
  });

  it('of tensor operations in core stay in its numerical folders', () => {
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith('src-main/core/') && to.startsWith('@tensorflow/') && !tensorFolders.test(from),
    );
    expect(wrong).toEqual([]);
  });

  it('of worker threads stay in the entries and their runners', () => {
    const wrong = imports.filter(({ from, to }) => to === 'node:worker_threads' && !threadFiles.test(from));
    expect(wrong).toEqual([]);
  });

  it('of the pages reach the contract and plain core only', () => {
    const allowed = /^src-(renderer\/|main\/(contract|core\/(errors|dataset|ranking|reweight))(\/|\.ts))/;
    const wrong = imports.filter(({ from, to, isLocal }) => {
      if (!from.startsWith('src-renderer/')) return false;
      return isLocal ? !allowed.test(to) : /^(node:|electron|@tensorflow|better-sqlite3|sharp|onnxruntime)/.test(to);
    });
    expect(wrong).toEqual([]);
  });

  it('form no circle', async () => {
    const result = await cruise(
      ['src-main'],
      {
        baseDir: root,
        validate: true,
        ruleSet: { forbidden: [{ name: 'circle', severity: 'error', from: {}, to: { circular: true } }] },
        doNotFollow: { path: 'node_modules' },
        tsPreCompilationDeps: false,
      },
      {},
    );
    const { summary } = result.output as ICruiseResult;
    expect(summary.violations.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  }, 120_000);
});
