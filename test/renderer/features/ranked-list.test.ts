import { beforeEach, describe, expect, it } from 'vitest';
import type { ReviewPage, ReviewQuery } from '../../../src-main/contract/payloads.ts';
import { blockSize, RankedList } from '../../../src-renderer/features/review/ranked-list.svelte.ts';
import { FakeProject } from '../fake-project.ts';

const project = new FakeProject({ samples: 20_000 });
const query: ReviewQuery = { by: 'suspicion', filter: {} };

interface Request {
  readonly offset: number;
  readonly signal: AbortSignal;
  readonly answer: () => void;
}

let requests: Request[];
let errors: unknown[];
let list: RankedList;

beforeEach(() => {
  requests = [];
  errors = [];
  list = new RankedList(
    (asked, offset, limit, signal) =>
      new Promise<ReviewPage>((resolve) => {
        requests.push({ offset, signal, answer: () => resolve(project.page(asked, offset, limit)) });
      }),
    (error) => errors.push(error),
  );
});

async function showFirst(): Promise<void> {
  const shown = list.show(query);
  requests.pop()?.answer();
  await shown;
}

describe('a list of which only a part is loaded', () => {
  it('asks for the blocks in view once', async () => {
    await showFirst();
    void list.need(900, 1300);
    void list.need(900, 1300);
    expect(requests.map(({ offset }) => offset)).toEqual([800, 1000, 1200]);
  });

  it('gives up what has left the view', async () => {
    await showFirst();
    void list.need(1000, 1100);
    void list.need(9000, 9100);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it('shows the old rows until the new list is there', async () => {
    await showFirst();
    const before = list.rowAt(0)?.id;
    const shown = list.show({ by: 'suspicion', filter: { text: 'metal' } });
    expect(list.rowAt(0)?.id).toBe(before);
    requests.pop()?.answer();
    await shown;
    expect(list.rowAt(0)?.path).toMatch(/metal/);
    expect(list.total).toBeLessThan(20_000);
  });

  it('shows the last list asked for, whichever answer comes first', async () => {
    const first = list.show({ by: 'suspicion', filter: { text: 'metal' } });
    const second = list.show({ by: 'suspicion', filter: { text: 'glass' } });
    requests[1]?.answer();
    requests[0]?.answer();
    expect(await Promise.all([first, second])).toEqual([false, true]);
    expect(list.query.filter.text).toBe('glass');
  });

  it('keeps the rows while they are fetched again', async () => {
    await showFirst();
    const refreshed = list.refresh();
    expect(list.rowAt(0)).not.toBeNull();
    requests.pop()?.answer();
    await refreshed;
    expect(list.rowAt(0)).not.toBeNull();
  });

  it('forgets the blocks seen longest ago', async () => {
    await showFirst();
    for (let block = 1; block < 60; block += 1) {
      const loaded = list.need(block * blockSize, (block + 1) * blockSize);
      requests.pop()?.answer();
      await loaded;
    }
    expect(list.rowAt(0)).toBeNull();
    expect(list.rowAt(59 * blockSize)).not.toBeNull();
    expect(list.rowAt(30 * blockSize)).not.toBeNull();
  });
});
