/** The test suites: which files run in Node, in jsdom and against a browser, and with which limits. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import icons from 'unplugin-icons/vite';
import { defineConfig } from 'vitest/config';
import { offerSoftwareGpu } from './software-gpu.ts';
import { SummaryReporter } from './summary-reporter.ts';

const root = new URL('../..', import.meta.url).pathname;

offerSoftwareGpu();

export default defineConfig({
  root,
  test: {
    reporters: ['default', new SummaryReporter()],
    // Two cores, and some suites start processes of their own: more workers only make each other time out.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/renderer/**', 'node_modules/**'],
        },
      },
      {
        // The pages' own code needs Svelte's compiler, and components something like a browser.
        extends: true,
        plugins: [svelte(), svelteTesting(), icons({ compiler: 'svelte' })],
        // One environment for all files: making one takes longer than most of the tests.
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: 'jsdom',
          isolate: false,
          setupFiles: ['test/renderer/jsdom-setup.ts'],
        },
      },
      {
        // The whole app, driven in a browser as its user does.
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          globalSetup: ['test/e2e/build-once.ts'],
          // Half of it is enough on two quiet cores; a crowded machine is no reason to fail.
          testTimeout: 120_000,
          expect: { poll: { timeout: 10_000, interval: 50 } },
        },
      },
    ],
  },
});
