/** `npm test`: the checks, then every suite, then one closing line with the counts. Goes on after a failure, to show all. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestCounts } from './summary-reporter.ts';

const root = path.resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(path.join(tmpdir(), 'touchstone-test-'));
const countsFile = path.join(scratch, 'counts.jsonl');

function runStep(title: string, command: string, args: readonly string[]): boolean {
  console.log(`\n== ${title}`);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TOUCHSTONE_TEST_COUNTS: countsFile },
  });
  return result.status === 0;
}

function readCounts(): TestCounts {
  const total: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  let text = '';
  try {
    text = readFileSync(countsFile, 'utf8');
  } catch {
    return total;
  }
  for (const line of text.split('\n').filter(Boolean)) {
    const counts = JSON.parse(line) as TestCounts;
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}

const checksPassed = runStep('npm run check', 'npm', ['run', '--silent', 'check']);
const testsPassed = runStep('tests', 'npx', ['vitest', 'run', '--config', 'test/config/vitest.config.ts']);
const counts = readCounts();
rmSync(scratch, { recursive: true, force: true });

// The checks count as one test, so that a run whose only fault is a lint error does not close with "0 failed".
counts[checksPassed ? 'passed' : 'failed'] += 1;
if (!testsPassed && counts.failed === 0) counts.failed = 1;
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);
