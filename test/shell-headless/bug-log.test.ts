/** The log can be handed on: paths are shortened, it does not grow for ever, and the latest faults can be read back. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bugLogFile, createBugLog, readLatestFaults } from '../../src-main/shell-headless/host/bug-log.ts';
import { shortenPaths } from '../../src-main/shell-headless/host/shorten-paths.ts';
import { makeTemporaryFolder } from '../factories/make-project.ts';
import { withHost } from '../factories/make-services.ts';

afterEach(() => vi.unstubAllEnvs());

describe('paths', () => {
  it.each([
    ['cannot read /home/ann/secret clinic/x', 'cannot read ~/secret clinic/x'],
    ['at run (/opt/touchstone/src-main/services/a.ts:12:5)', 'at run (…/services/a.ts:12:5)'],
    ['at file:///opt/touchstone/src-main/core/b.ts:1:1', 'at …/core/b.ts:1:1'],
    ['C:\\Users\\ann\\Pictures\\cats\\1.png is broken', '…/cats/1.png is broken'],
    ['/mnt/data/patients/ann/1.png', '…/ann/1.png'],
    ['nothing to shorten: 1/2, a/b', 'nothing to shorten: 1/2, a/b'],
  ])('%j is written as %j', (text, expected) => {
    expect(shortenPaths(text, '/home/ann')).toBe(expected);
  });

  it('are kept in the log where the user asks for them', () => {
    const { folder, remove } = makeTemporaryFolder();
    const report = createBugLog(folder, '1.0.0');
    report(new Error('in /mnt/data/patients/ann/1.png'));
    vi.stubEnv('TOUCHSTONE_LOG_PATHS', 'full');
    report(new Error('in /mnt/data/patients/bob/1.png'));
    const [first = '', second = ''] = readFileSync(bugLogFile(folder), 'utf8').split('\n');
    expect(first).not.toContain('patients');
    expect(second).toContain('/mnt/data/patients/bob/1.png');
    remove();
  });
});

describe('the log', () => {
  it('is turned over at five megabytes, and the latest faults are read over the turn', () => {
    const { folder, remove } = makeTemporaryFolder();
    const file = bugLogFile(folder);
    const report = createBugLog(folder, '1.0.0');
    const first = report(new Error('first'));
    mkdirSync(join(folder, 'logs'), { recursive: true });
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"torn": \n${' '.repeat(5_000_000)}\n`);
    const second = report(new Error('second'));
    expect(statSync(file).size).toBeLessThan(100_000);
    expect(readLatestFaults(folder, 10)).toMatchObject([
      { reportId: second, message: 'Error: second' },
      { reportId: first, message: 'Error: first' },
    ]);
    remove();
  });
});

it('details hold versions, engines and faults, and no name, class or folder of the user', () =>
  withHost(async ({ call, bugs }, folder) => {
    bugs.push(new Error('it broke'));
    const { text } = await call('app/details', {});
    expect(text).toMatch(/^Touchstone 9\.9\.9, test, Node 24\nEngines:\n {2}\w+: /);
    expect(text).toMatch(/bug-1 Error: it broke/);
    expect(text).not.toContain(folder);
    expect(text).not.toContain('What was shown');
    const shown = `permission-denied: You may not read ${folder}/birds/robin/1.png. Change its permissions.`;
    const withError = (await call('app/details', { shown })).text;
    expect(withError.split('\n').slice(-2).join(' ')).toBe(
      'What was shown: permission-denied: You may not read …/robin/1.png. Change its permissions.',
    );
  }));
