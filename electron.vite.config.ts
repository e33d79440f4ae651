/** Three bundles into out/: the main side with the host and its threads, the preload script, and the pages. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import path from 'node:path';
import icons from 'unplugin-icons/vite';
import { keepThreadScript } from './scripts/keep-thread-script.ts';
import { makeLicences } from './scripts/make-licences.ts';
import { computeScriptsFolder } from './src-main/shell-headless/http/response-headers.ts';

const root = import.meta.dirname;
const source = (file: string): string => path.join(root, 'src-main', file);

export default defineConfig({
  main: {
    plugins: [{ name: 'licences', closeBundle: () => void makeLicences(root) }],
    // Everything in "dependencies" stays outside: native parts and WebAssembly must be files of their own.
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          main: source('shell-electron/main.ts'),
          host: source('shell-electron/host.ts'),
          'training-worker': source('training/training-worker.ts'),
          'helper-worker': source('training/helper-worker.ts'),
          'engine-check': source('engines/check-entry.ts'),
          'analysis-worker': source('analysis/analysis-worker.ts'),
          'backbone-worker': source('embedding/backbone-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload script can require nothing but electron: one CommonJS file with all it needs.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: source('shell-electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: path.join(root, 'src-renderer'),
    plugins: [svelte(), icons({ compiler: 'svelte' })],
    build: {
      outDir: path.join(root, 'out/renderer'),
      emptyOutDir: true,
      minify: true,
      chunkSizeWarningLimit: 2000,
      // A data: address in a script or style would need a wider content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: {
          index: path.join(root, 'src-renderer/index.html'),
          // The hidden window that computes in Chromium; its Web Worker is bundled with it.
          'compute-window': path.join(root, 'src-renderer/compute-window.html'),
        },
      },
    },
    // In a folder of its own: Electron serves it with a policy of its own (response-headers.ts).
    worker: {
      format: 'es',
      plugins: () => [keepThreadScript()],
      rollupOptions: {
        output: {
          entryFileNames: `${computeScriptsFolder}/[name]-[hash].js`,
          chunkFileNames: `${computeScriptsFolder}/[name]-[hash].js`,
          assetFileNames: `${computeScriptsFolder}/[name]-[hash][extname]`,
        },
      },
    },
  },
});
