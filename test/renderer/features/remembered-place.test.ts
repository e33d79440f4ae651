import { beforeEach, describe, expect, it } from 'vitest';
import { projectInAddress, recallPlace, rememberPlace } from '../../../src-renderer/features/frame/remembered-place.ts';

beforeEach(() => sessionStorage.clear());

describe('the place of a window', () => {
  it('comes back with its page and its folder, whatever the folder is called', () => {
    const place = { folder: '/home/me/a folder\nof two lines', page: 'trusted' } as const;
    rememberPlace(place);
    expect(recallPlace()).toEqual(place);
  });

  it('is forgotten with the project', () => {
    rememberPlace({ folder: '/x', page: 'train' });
    rememberPlace(null);
    expect(recallPlace()).toBeNull();
  });

  it.each(['nowhere /x', 'train', ''])('is none after %j', (text) => {
    sessionStorage.setItem('touchstone/place', text);
    expect(recallPlace()).toBeNull();
  });
});

describe('the address', () => {
  it('names the project that the server was started with, whatever its folder is called', () => {
    const folder = '/data/birds & "bees" #2 100%.touchstone';
    expect(projectInAddress(`#project=${encodeURIComponent(folder)}`)).toBe(folder);
    expect(projectInAddress('')).toBeNull();
    expect(projectInAddress('#something')).toBeNull();
  });
});
