/** What the worker says when, seen by a host that takes its time to write epochs. */
import { describe, expect, it } from 'vitest';
import type { TrainingEvent } from '../../../src-main/services/ports/training-runner.ts';
import type { TrainingReply, TrainingRequest, Unnumbered } from '../../../src-main/training/messages.ts';
import { serveTraining } from '../../../src-main/training/serve-training.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';

const { job } = makeVectorJob({ sampleCount: 10 });

/** Events of which only what the conversation looks at is filled in. */
const epoch = { kind: 'epoch-done', signals: {}, checkpoint: new Uint8Array(1) } as unknown as TrainingEvent;
const progress = { kind: 'progress', isPaused: false } as unknown as TrainingEvent;
const paused = { ...progress, isPaused: true } as TrainingEvent;
const finished = { kind: 'finished', scores: { noise: null }, head: null } as unknown as TrainingEvent;

/** The host's end of a conversation with a run of these events. */
function converse(events: readonly TrainingEvent[]) {
  const replies: TrainingReply[] = [];
  let handle: (request: TrainingRequest) => void = () => undefined;
  let isClosed = false;
  serveTraining(
    {
      on: (_event, listener) => (handle = listener),
      postMessage: (reply) => void replies.push(reply),
      close: () => (isClosed = true),
    },
    () => Promise.reject(new Error('No engine is needed.')),
    async function* () {
      await Promise.resolve();
      yield* events;
    },
  );
  const say = async (request: Unnumbered<TrainingRequest>) => {
    handle({ ...request, sequence: 1 });
    // Everything that follows from it is done in promises.
    await new Promise(setImmediate);
  };
  return {
    say,
    /** Acknowledges the newest reply. */
    acknowledge: () => say({ kind: 'acknowledge', replySequence: replies.length }),
    heard: () =>
      replies.map((reply) => {
        if (reply.kind === 'failed') return reply.error.code;
        return reply.event === paused ? 'paused' : reply.event.kind;
      }),
    isClosed: () => isClosed,
  };
}

describe('an epoch that is being written', () => {
  it('lets the next be computed, but not handed over', async () => {
    const host = converse([epoch, progress, epoch, progress, epoch, finished]);
    await host.say({ kind: 'start', job });
    expect(host.heard()).toEqual(['epoch-done', 'progress']);
    await host.say({ kind: 'acknowledge', replySequence: 2 });
    expect(host.heard()).toHaveLength(2);
    await host.say({ kind: 'acknowledge', replySequence: 1 });
    expect(host.heard().slice(2)).toEqual(['epoch-done', 'progress']);
    await host.say({ kind: 'acknowledge', replySequence: 3 });
    expect(host.heard().slice(4)).toEqual(['epoch-done']);
    expect(host.isClosed()).toBe(false);
    await host.acknowledge();
    expect(host.heard().slice(5)).toEqual(['finished']);
    expect(host.isClosed()).toBe(true);
  });

  it('is written before the run says that it is paused', async () => {
    const host = converse([epoch, paused, finished]);
    await host.say({ kind: 'start', job });
    expect(host.heard()).toEqual(['epoch-done']);
    await host.acknowledge();
    expect(host.heard()).toEqual(['epoch-done', 'paused', 'finished']);
  });

  it('holds up nobody who cancels', async () => {
    const host = converse([epoch, progress, epoch, finished]);
    await host.say({ kind: 'start', job });
    await host.say({ kind: 'cancel' });
    expect(host.heard()).toEqual(['epoch-done', 'progress', 'cancelled']);
    expect(host.isClosed()).toBe(true);
  });
});
