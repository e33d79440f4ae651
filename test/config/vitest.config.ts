import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './summary-reporter.ts';

const root = new URL('../..', import.meta.url).pathname;

export default defineConfig({
  root,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    reporters: ['default', new SummaryReporter()],
    // Two cores, and some suites start processes of their own: more workers only make each other time out.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
