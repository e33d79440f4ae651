import { beforeEach, describe, expect, it } from 'vitest';
import type { SelfTestReport } from '../../../src-main/contract/payloads.ts';
import type { RunId } from '../../../src-main/core/dataset/sample.ts';
import { runAuditCommand } from '../../../src-renderer/features/audit/audit-commands.ts';
import { runUnmappedLetter } from '../../../src-renderer/features/judging/judging.ts';
import { AuditWork } from '../../../src-renderer/features/audit/audit-state.svelte.ts';
import {
  narrowingSentence,
  selfTestSentences,
  unjudgedSentence,
  wrongSentence,
} from '../../../src-renderer/features/audit/audit-words.ts';
import { openWork, type OpenWork } from './open-work.ts';
import { settle } from './open-review.ts';

let open: OpenWork;
let audit: AuditWork;

beforeEach(async () => {
  open = await openWork({ samples: 200 });
  audit = new AuditWork(open.app, open.api.project.projectId);
  audit.start();
  await audit.load();
});

function currentId() {
  return audit.current?.sample.id;
}

describe('the audit', () => {
  it('asks for nothing before a draw, then for each drawn image once', async () => {
    expect([audit.isLoaded, audit.current, audit.report?.wrongLabels]).toEqual([true, null, null]);
    await audit.draw(3);
    expect(audit.entries).toHaveLength(3);
    for (let press = 0; press < 3; press += 1) runAuditCommand(audit, 'audit/right', 'Enter');
    await settle();
    expect(audit.current).toBe(null);
    expect(audit.state).toMatchObject({ judged: 3, wrong: 0 });
    expect(open.asked('audit/record')).toHaveLength(3);
  });

  it('binds each answer to the image it was given for, however fast they come', async () => {
    await audit.draw(4);
    const ids = audit.entries.map(({ sample }) => sample.id);
    const other = audit.classes.find(({ classId }) => classId !== audit.entries[1]?.sample.givenClassId);
    open.api.delayMs = 5;
    void audit.confirm();
    if (other) void audit.answer({ kind: 'class', classId: other.classId });
    runAuditCommand(audit, 'audit/wrong', 'W');
    await audit.confirm();
    expect(open.asked('audit/record')).toMatchObject([
      { items: [{ sampleId: ids[0], kind: 'right' }] },
      { items: [{ sampleId: ids[1], kind: 'wrong', classId: other?.classId }] },
      { items: [{ sampleId: ids[2], kind: 'wrong' }] },
      { items: [{ sampleId: ids[3], kind: 'right' }] },
    ]);
  });

  it('takes the given class, named by its digit, for a yes', async () => {
    await audit.draw(1);
    const given = audit.classes.findIndex(({ classId }) => classId === audit.current?.sample.givenClassId);
    runAuditCommand(audit, 'audit/digit', String(given + 1));
    await settle();
    expect(open.asked('audit/record')).toMatchObject([{ items: [{ kind: 'right' }] }]);
  });

  it('corrects an answer after going back, and skips to the next open image', async () => {
    await audit.draw(3);
    const [first, , third] = audit.entries.map(({ sample }) => sample.id);
    await audit.confirm();
    audit.skip();
    expect(currentId()).toBe(third);
    audit.index = 0;
    await audit.answer({ kind: 'wrong' });
    expect(open.work.audit.judged.get(first ?? (0 as never))).toBe(true);
    expect(audit.state).toMatchObject({ judged: 1, wrong: 1 });
  });

  it('takes the judgement back with an undo, goes to its image, and gives it again with a redo', async () => {
    await audit.draw(2);
    const [first, second] = audit.entries.map(({ sample }) => sample.id);
    await audit.answer({ kind: 'wrong' });
    expect(currentId()).toBe(second);
    await open.app.undo();
    await settle();
    expect(currentId()).toBe(first);
    expect(audit.state).toMatchObject({ judged: 0 });
    await open.app.redo();
    await settle();
    expect(currentId()).toBe(second);
    expect(audit.state).toMatchObject({ judged: 1, wrong: 1 });
  });

  it('goes back to an image whose judgement was refused', async () => {
    await audit.draw(2);
    const id = currentId();
    open.api.handlers['audit/record'] = () => {
      throw new Error('no');
    };
    await audit.confirm();
    expect(currentId()).toBe(id);
    expect(audit.current?.answer).toBe(null);
    expect(open.app.notice?.kind).toBe('error');
  });

  it('opens the choice of a class with the letter typed, only while something is asked', async () => {
    expect(runUnmappedLetter(audit, 'G')).toBe(false);
    await audit.draw(1);
    expect(runUnmappedLetter(audit, 'G')).toBe(true);
    expect(audit.classSearch).toBe('g');
  });
});

describe('the estimate', () => {
  it('proposes the estimated number as the cut, and asks along the list', async () => {
    await audit.draw(2);
    await audit.confirm();
    expect(audit.cut).toBe(20);
    expect(audit.report?.cuts.length).toBeGreaterThan(8);
    expect(audit.report?.cuts.some(({ size }) => size === 20)).toBe(true);
    await audit.setCut(77);
    expect(audit.report?.cuts.some(({ size }) => size === 77)).toBe(true);
  });

  it('proposes one sitting while no wrong label is known, and follows the estimate until a cut is chosen', async () => {
    open.api.handlers['audit/report'] = ({ cuts = [] }) => {
      const report = open.work.audit.report(cuts);
      return report.wrongLabels ? { ...report, wrongLabels: { ...report.wrongLabels, value } } : report;
    };
    let value = 0;
    await audit.draw(3);
    await audit.confirm();
    expect(audit.cut).toBe(50);
    value = 30;
    await audit.confirm();
    expect(audit.cut).toBe(30);
    await audit.setCut(7);
    value = 40;
    await audit.confirm();
    expect(audit.cut).toBe(7);
  });

  it('opens the images before the cut in Review', async () => {
    await audit.draw(2);
    await audit.confirm();
    await audit.setCut(5);
    await audit.showCut();
    const fifth = open.api.project.page({ by: 'suspicion', filter: {} }, 4, 1).rows[0];
    expect(open.app.page).toBe('review');
    expect(open.app.requestedFilter).toEqual({ scoreRange: { from: fifth?.scores.suspicion } });
  });

  it('says its number with the interval, and what is missing', () => {
    const wrongLabels = { value: 43.4, standardError: 6, low: 31.2, high: 55.1 };
    const report = {
      runId: 1 as RunId,
      draws: 100,
      judgedDraws: 80,
      images: 600,
      suspects: 580,
      wrongLabels,
      cuts: [],
    };
    expect(wrongSentence(report)).toBe(
      'About 43 of 600 images have a wrong label; with 95\u00a0% confidence 31 to 55.',
    );
    expect(unjudgedSentence(report)).toMatch(/^20 of 100 draws/);
    expect(unjudgedSentence({ ...report, judgedDraws: 100 })).toBe(null);
    expect(narrowingSentence({ ...report, judgedDraws: 100 }, 300)).toContain('\u00b1\u00a012. 300 images more');
    expect(narrowingSentence(report, 300)).toContain('The 20 that wait would make it about \u00b1\u00a011.');
    expect(narrowingSentence({ ...report, judgedDraws: 100 }, 300)).toContain('about \u00b1\u00a06.');
  });
});

describe('the self-test', () => {
  const report: SelfTestReport = {
    ...{ runId: 1 as RunId, planted: { fromMatrix: 20, hard: 18, uniform: 20 }, cut: 60 },
    ...{
      recall: { low: 0.6, high: 0.9 },
      precisionOfNext: { low: 0.5, high: 0.7 },
      reviewForMost: { low: 80, high: 120 },
    },
  };

  it('of an earlier session is there again', async () => {
    open.work.selfTest = report;
    await audit.load();
    expect(audit.selfTestReport).toEqual(report);
  });

  it('runs as a job, can be stopped, and shows its ranges at the end', async () => {
    await audit.startSelfTest();
    expect(audit.selfTest.isRunning).toBe(true);
    await audit.cancelSelfTest();
    await settle();
    expect([audit.selfTest.isRunning, audit.selfTestReport]).toEqual([false, null]);
    await audit.startSelfTest();
    open.work.finish('self-test', report);
    expect(audit.selfTestReport).toEqual(report);
    expect(selfTestSentences(report).map(({ figure }) => figure)).toEqual([
      '60\u00a0% to 90\u00a0%',
      '50\u00a0% to 70\u00a0%',
      '80 to 120',
    ]);
  });
});
