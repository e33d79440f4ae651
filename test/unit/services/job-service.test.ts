import { describe, expect, it } from 'vitest';
import type { JobState, ProjectId } from '../../../src-main/contract/payloads.ts';
import { throwIfCancelled, TouchstoneError } from '../../../src-main/core/errors.ts';
import { EventHub } from '../../../src-main/services/event-hub.ts';
import { JobService, type JobControl } from '../../../src-main/services/job-service.ts';

const projectId = 'project' as ProjectId;
const preview = { folder: '/', recognisedAs: '', files: 0, classes: [], problems: [] };

function makeJobs() {
  const events = new EventHub();
  const states: JobState[] = [];
  events.subscribe((event) => {
    if (event.name === 'job/changed') states.push(event.payload);
  });
  let nowMs = 0;
  const bugs: unknown[] = [];
  const reportBug = (error: unknown) => `bug-${bugs.push(error)}`;
  const jobs = new JobService({ events, clock: { nowMs: () => nowMs }, reportBug });
  return { jobs, states, bugs, advance: (ms: number) => (nowMs += ms) };
}

/** Work that goes on until the test lets it end or cancels it. */
function makeWork() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const controls: JobControl[] = [];
  const work = async (control: JobControl) => {
    controls.push(control);
    control.signal.addEventListener('abort', () => resolve());
    await promise;
    throwIfCancelled(control.signal);
    return preview;
  };
  return { work, controls, end: resolve };
}

describe('a job', () => {
  it('begins after its id is known, and ends with its result', async () => {
    const { jobs, states } = makeJobs();
    const { work, controls, end } = makeWork();
    const jobId = jobs.start('preview', projectId, work);
    expect(controls).toHaveLength(0);
    end();
    const state = await jobs.wait(jobId);
    expect(state).toMatchObject({ jobId, projectId, kind: 'preview', status: 'done', result: preview, error: null });
    expect(states.at(-1)).toEqual(state);
  });

  it('sends its whole state, at most every 100 ms within a stage, and estimates the time left', async () => {
    const { jobs, states, advance } = makeJobs();
    const { work, controls, end } = makeWork();
    const jobId = jobs.start('preview', projectId, work);
    await Promise.resolve();
    const report = (done: number) => controls[0]?.report({ stage: 'Looking', done, total: 100 });
    report(0);
    report(1);
    report(2);
    expect(states).toHaveLength(1);
    advance(1000);
    report(10);
    expect(states).toHaveLength(2);
    expect(states.at(-1)).toMatchObject({ stage: 'Looking', done: 10, total: 100, secondsLeft: 9 });
    end();
    expect((await jobs.wait(jobId)).secondsLeft).toBeNull();
  });

  it('stops when it is cancelled, without an error', async () => {
    const { jobs } = makeJobs();
    const jobId = jobs.start('preview', projectId, makeWork().work);
    await Promise.resolve();
    jobs.cancel(jobId);
    expect(await jobs.wait(jobId)).toMatchObject({ status: 'cancelled', error: null, result: null });
  });

  it('fails with the expected error, or with the report of a bug', async () => {
    const { jobs, bugs } = makeJobs();
    const expected = jobs.start('import', projectId, () =>
      Promise.reject(new TouchstoneError('disk-full', 'The disk is full.')),
    );
    expect((await jobs.wait(expected)).error).toEqual({ code: 'disk-full', message: 'The disk is full.', details: {} });
    const bug = new Error('oops');
    const unexpected = jobs.start('import', projectId, () => Promise.reject(bug));
    expect((await jobs.wait(unexpected)).error).toMatchObject({ code: 'internal', reportId: 'bug-1' });
    expect(bugs).toEqual([bug]);
  });

  it('tells whoever waits of every state until the end', async () => {
    const { jobs } = makeJobs();
    const { work, controls, end } = makeWork();
    const jobId = jobs.start('preview', projectId, work);
    await Promise.resolve();
    const stages: string[] = [];
    const ended = jobs.wait(jobId, ({ stage, status }) => stages.push(`${stage} ${status}`));
    controls[0]?.report({ stage: 'One', done: 0, total: null });
    controls[0]?.report({ stage: 'Two', done: 0, total: null });
    end();
    await ended;
    expect(stages).toEqual(['Starting running', 'One running', 'Two running', 'Two done']);
  });

  it('can be paused only where its work allows it', async () => {
    const { jobs } = makeJobs();
    const { work, controls, end } = makeWork();
    const jobId = jobs.start('training', projectId, work as never);
    await Promise.resolve();
    expect(() => jobs.methods['job/pause']({ jobId }, { signal: new AbortController().signal })).toThrow(
      expect.objectContaining({ code: 'wrong-use' }),
    );
    const calls: string[] = [];
    controls[0]?.setPauseControls({ pause: () => calls.push('pause'), resume: () => calls.push('resume') });
    const context = { signal: new AbortController().signal };
    await jobs.methods['job/pause']({ jobId }, context);
    await jobs.methods['job/resume']({ jobId }, context);
    expect(calls).toEqual(['pause', 'resume']);
    end();
    await jobs.wait(jobId);
  });
});

describe('jobs', () => {
  it('are listed and forgotten long after they ended', async () => {
    const { jobs } = makeJobs();
    const { work, end } = makeWork();
    const first = jobs.start('preview', projectId, work);
    end();
    await jobs.wait(first);
    for (let count = 0; count < 60; count++) await jobs.wait(jobs.start('preview', projectId, async () => preview));
    const context = { signal: new AbortController().signal };
    const listed = await jobs.methods['job/list']({}, context);
    expect(listed.length).toBeLessThanOrEqual(51);
    expect(() => jobs.methods['job/get']({ jobId: first }, context)).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it('of one project are cancelled together', async () => {
    const { jobs } = makeJobs();
    const other = makeWork();
    const mine = [
      jobs.start('preview', projectId, makeWork().work),
      jobs.start('import', projectId, makeWork().work as never),
    ];
    const others = jobs.start('preview', 'other' as ProjectId, other.work);
    await Promise.resolve();
    await jobs.cancelAll(projectId);
    for (const jobId of mine) expect((await jobs.wait(jobId)).status).toBe('cancelled');
    expect(jobs.running('preview', 'other' as ProjectId)?.jobId).toBe(others);
    other.end();
    await jobs.wait(others);
  });
});
