import { describe, expect, it } from 'vitest';
import { rankNames } from '../../../src-renderer/lib/rank-names.ts';

const classes = ['broken glass', 'plexiglass', 'glass', 'metal'].map((name) => ({ name }));

describe('names found by typing', () => {
  it('put those that begin with it first, then words, then parts', () => {
    expect(rankNames(classes, 'GL').map(({ name }) => name)).toEqual(['glass', 'broken glass', 'plexiglass']);
  });

  it('are all of them before anything is typed', () => {
    expect(rankNames(classes, ' ')).toEqual(classes);
  });
});
