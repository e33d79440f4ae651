import { describe, expect, it } from 'vitest';
import { coalesce } from '../../../src-renderer/lib/coalesce.ts';

describe('work asked for many times', () => {
  it('runs once more after the present run, however often it was asked for', async () => {
    const gates: (() => void)[] = [];
    const ask = coalesce(() => new Promise((resolve) => gates.push(resolve)));
    const first = ask();
    const later = [ask(), ask(), ask()];
    expect(gates).toHaveLength(1);
    gates[0]?.();
    await first;
    await Promise.resolve();
    await Promise.resolve();
    expect(gates).toHaveLength(2);
    gates[1]?.();
    await Promise.all(later);
    expect(gates).toHaveLength(2);
  });

  it('goes on after a failure', async () => {
    let runs = 0;
    const ask = coalesce(async () => {
      runs += 1;
      if (runs === 1) throw new Error('first');
    });
    const first = ask();
    const second = ask();
    await expect(first).rejects.toThrow('first');
    await second;
    expect(runs).toBe(2);
  });
});
