import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { outliving } from '../../../src-renderer/lib/outliving.svelte.ts';
import { Counter, makeWithin } from './counter.svelte.ts';

const warn = vi.spyOn(console, 'warn');

beforeEach(() => warn.mockImplementation(() => undefined));
afterEach(() => warn.mockReset());

/** What is asked for before and after the component has gone. */
function askBeforeAndAfter(make: () => Counter): readonly number[] {
  const { counter, end } = makeWithin(make);
  const before = counter.twice;
  end();
  counter.count = 5;
  return [before, counter.twice];
}

it('answers for state whose component has gone, and Svelte finds nothing to warn about', () => {
  expect(askBeforeAndAfter(() => outliving(() => new Counter()))).toEqual([2, 10]);
  expect(warn).not.toHaveBeenCalled();
});

it('is needed: state of the component itself is warned about', () => {
  askBeforeAndAfter(() => new Counter());
  expect(warn).toHaveBeenCalled();
});
