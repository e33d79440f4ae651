import { beforeEach, describe, expect, it } from 'vitest';
import { runUnmappedLetter } from '../../../src-renderer/features/judging/judging.ts';
import { runTrustedCommand } from '../../../src-renderer/features/trusted/trusted-commands.ts';
import { TrustedState } from '../../../src-renderer/features/trusted/trusted-state.svelte.ts';
import { noiseSentence } from '../../../src-renderer/features/trusted/trusted-words.ts';
import { openWork } from './open-work.ts';
import type { OpenWork } from './open-work.ts';
import { settle } from './open-review.ts';

let open: OpenWork;
let trusted: TrustedState;

beforeEach(async () => {
  open = await openWork({ trustedPerClass: 0, hasRun: false });
  trusted = new TrustedState(open.app, open.api.project.projectId);
  trusted.start();
  await trusted.load();
});

function applied() {
  return open.asked('decide/apply');
}

function currentId() {
  return trusted.current?.suggestion.sample.id;
}

describe('the coach', () => {
  it('proposes as many of each class as the target says', () => {
    expect(trusted.entries).toHaveLength(9);
    expect(trusted.isDone).toBe(false);
    expect(trusted.ahead).toHaveLength(3);
  });

  it('needs one key for each image, and is done after the last', async () => {
    for (let presses = 0; presses < 9; presses += 1) await trusted.confirm();
    await settle();
    expect(applied()).toHaveLength(9);
    expect(trusted.isDone).toBe(true);
    expect(trusted.health?.perClass.map((counts) => counts.trusted)).toEqual([3, 3, 3]);
  });

  it('binds each answer to the image it was given for, however fast they come', async () => {
    const ids = trusted.entries.slice(0, 3).map(({ suggestion }) => suggestion.sample.id);
    open.api.delayMs = 5;
    void trusted.confirm();
    void trusted.answer({ kind: 'unsure' });
    await trusted.confirm();
    expect(applied()).toMatchObject([
      { target: { sampleIds: [ids[0]] }, action: { kind: 'trust' } },
      { target: { sampleIds: [ids[1]] }, action: { kind: 'unsure' } },
      { target: { sampleIds: [ids[2]] }, action: { kind: 'trust' } },
    ]);
  });

  it('never proposes an image too many, however fast the answers come', async () => {
    open.api.delayMs = 5;
    const answers = Array.from({ length: 9 }, () => trusted.confirm());
    await Promise.all(answers);
    expect(trusted.isDone).toBe(true);
    expect(trusted.entries).toHaveLength(9);
  });

  it('proposes another one for an image that nobody can tell', async () => {
    for (let presses = 0; presses < 9; presses += 1) {
      await (presses === 4 ? trusted.answer({ kind: 'unsure' }) : trusted.confirm());
      await settle();
    }
    expect(trusted.isDone).toBe(false);
    await trusted.confirm();
    await settle();
    expect(trusted.isDone).toBe(true);
    expect(trusted.health?.perClass.map((counts) => counts.trusted)).toEqual([3, 3, 3]);
  });

  it('trusts an image under another class', async () => {
    const given = trusted.current?.suggestion.sample.givenClassId;
    const other = trusted.classes.find(({ classId }) => classId !== given);
    if (other) await trusted.answer({ kind: 'class', classId: other.classId });
    expect(applied()).toMatchObject([{ action: { kind: 'trust', classId: other?.classId } }]);
  });

  it('goes on to ten per class when asked', async () => {
    for (let presses = 0; presses < 9; presses += 1) await trusted.confirm();
    await trusted.raiseTarget();
    expect(trusted.target).toBe(10);
    expect(trusted.entries).toHaveLength(30);
    expect(trusted.current?.answer).toBeNull();
  });

  it('goes back to an image whose answer the host refused', async () => {
    const first = currentId();
    open.api.handlers['decide/apply'] = () => {
      throw new Error('broken');
    };
    await trusted.confirm();
    expect(currentId()).toBe(first);
    expect(trusted.current?.answer).toBeNull();
  });

  it('begins anew when other images came in', async () => {
    await trusted.confirm();
    open.api.emit('project/changed', { projectId: open.api.project.projectId, what: 'samples' });
    await settle();
    expect(trusted.index).toBe(0);
    expect(trusted.entries.every(({ answer }) => answer === null)).toBe(true);
  });
});

describe('going back and forth', () => {
  it('shows what was said, and lets it be said anew', async () => {
    const first = currentId();
    await trusted.confirm();
    trusted.back();
    expect(currentId()).toBe(first);
    expect(trusted.current?.answer).toMatchObject({ kind: 'class' });
    await trusted.answer({ kind: 'unsure' });
    expect(applied()).toMatchObject([{}, { target: { sampleIds: [first] }, action: { kind: 'unsure' } }]);
  });

  it('skips an image without saying anything of it', () => {
    const first = currentId();
    trusted.skip();
    expect(currentId()).not.toBe(first);
    expect(applied()).toEqual([]);
  });

  it('returns to the image of an undo, and leaves it again with a redo', async () => {
    const [first, second] = trusted.entries.map(({ suggestion }) => suggestion.sample.id);
    await trusted.confirm();
    await open.app.undo();
    expect(currentId()).toBe(first);
    expect(trusted.current?.answer).toBeNull();
    await open.app.redo();
    expect(trusted.entries[0]?.answer).toMatchObject({ kind: 'class' });
    expect(currentId()).toBe(second);
  });
});

describe('keys', () => {
  it('give the class that a digit stands for', async () => {
    runTrustedCommand(trusted, 'trusted/digit', '2');
    await settle();
    expect(applied()).toHaveLength(1);
    expect(runTrustedCommand(trusted, 'trusted/nothing', 'X')).toBe(false);
  });

  it('do nothing for a digit without a class', async () => {
    runTrustedCommand(trusted, 'trusted/digit', '9');
    await settle();
    expect(applied()).toEqual([]);
  });

  it('begin to name a class with a letter', () => {
    expect(runUnmappedLetter(trusted, 'G')).toBe(true);
    expect(trusted.classSearch).toBe('g');
    expect(runUnmappedLetter(trusted, 'Mod+G')).toBe(false);
  });
});

describe('the noise sentence', () => {
  it('gives the share with its interval, and nothing before anything is checked', () => {
    const health = open.work.health();
    const share = { value: 0.1, low: 0.03, high: 0.26 };
    expect(noiseSentence({ ...health, checked: 30, checkedWrong: 3, wrongShare: share })).toMatch(
      /3 of 30 images.*10\u00a0%.*3\u00a0%.*26\u00a0%/,
    );
    expect(noiseSentence({ ...health, checked: 0, wrongShare: null })).toContain('Check some images');
  });
});
