import { describe, expect, it } from 'vitest';
import { keysOfPage } from '../../../src-renderer/features/frame/page-keys.ts';
import { pageNames } from '../../../src-renderer/features/frame/page-names.ts';
import type { KeyMap } from '../../../src-renderer/lib/key-map.ts';
import {
  actionFor,
  applyChoices,
  chordLabel,
  chordOf,
  conflictsOf,
  handleKey,
  parseChoices,
} from '../../../src-renderer/lib/key-map.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  chordOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

const map: KeyMap = [
  { id: 'keep', title: 'Keep', group: 'Judge', keys: ['K'] },
  { id: 'up', title: 'Up', group: 'Move', keys: ['ArrowUp'], isRemappable: false },
  { id: 'review', title: 'Go to Review', group: 'Pages', keys: ['Alt+4'] },
];

describe('chords', () => {
  it('name letters, held keys and the space bar', () => {
    expect(press('k')).toBe('K');
    expect(press('Z', { shiftKey: true })).toBe('Shift+Z');
    expect(press(' ')).toBe('Space');
    expect(press('a', { ctrlKey: true })).toBe('Mod+A');
    expect(press('a', { metaKey: true })).toBe('Mod+A');
    expect(press('ArrowDown', { shiftKey: true })).toBe('Shift+ArrowDown');
  });

  it('leave Shift out where it makes another character', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('+', { shiftKey: true, ctrlKey: true })).toBe('Mod++');
  });

  it('go by the place of the key with Alt, where a Mac types other characters', () => {
    const event = { key: '\u00a1', code: 'Digit1', ctrlKey: false, metaKey: false, altKey: true, shiftKey: false };
    expect(chordOf(event)).toBe('Alt+1');
  });

  it('are printed as on the keyboard of the system', () => {
    expect(chordLabel('Mod+A', false)).toBe('Ctrl+A');
    expect(chordLabel('Mod++', false)).toBe('Ctrl++');
    expect(chordLabel('Mod+A', true)).toBe('\u2318 A');
    expect(chordLabel('ArrowLeft', false)).toBe('\u2190');
  });
});

describe('choices of the user', () => {
  it('take the place of the defaults', () => {
    const chosen = applyChoices(map, { keep: ['Y'] });
    expect(actionFor(chosen, 'Y')?.id).toBe('keep');
    expect(actionFor(chosen, 'K')).toBeNull();
  });

  it('leave fixed keys alone', () => {
    expect(actionFor(applyChoices(map, { up: ['W'] }), 'ArrowUp')?.id).toBe('up');
  });

  it('are told of conflicts', () => {
    expect(conflictsOf(map, 'keep', 'ArrowUp').map(({ id }) => id)).toEqual(['up']);
    expect(conflictsOf(map, 'keep', 'K')).toEqual([]);
  });

  it('count as none where what was remembered is damaged', () => {
    expect(parseChoices('{"keep":["Y"],"drop":"X"}')).toEqual({ keep: ['Y'] });
    expect(parseChoices('{broken')).toEqual({});
    expect(parseChoices('null')).toEqual({});
  });
});

describe('handling a key', () => {
  type Held = Pick<KeyboardEventInit, 'altKey'>;

  function dispatch(key: string, markup: string, selector: string, held: Held = {}) {
    document.body.innerHTML = markup;
    const ran: string[] = [];
    let unused: string | null = null;
    const listen = (event: KeyboardEvent) => {
      unused = handleKey(event, map, (id) => ran.push(id) > 0);
    };
    window.addEventListener('keydown', listen, { once: true });
    document
      .querySelector(selector)
      ?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }));
    return { ran, unused };
  }

  it('runs the action of the page', () => {
    expect(dispatch('k', '<p></p>', 'p')).toEqual({ ran: ['keep'], unused: null });
  });

  it('hands back keys that mean nothing', () => {
    expect(dispatch('q', '<p></p>', 'p')).toEqual({ ran: [], unused: 'Q' });
  });

  it.each([
    ['k', '<input>', 'input'],
    ['k', '<div role="dialog"><button></button></div>', 'button'],
    ['ArrowUp', '<div role="slider"></div>', 'div'],
    ['Enter', '<button></button>', 'button'],
  ])('leaves %s to %s', (key, markup, selector) => {
    expect(dispatch(key, markup, selector)).toEqual({ ran: [], unused: null });
  });

  it('goes to another page from a field of text, but not from a dialog', () => {
    expect(dispatch('4', '<input>', 'input', { altKey: true }).ran).toEqual(['review']);
    expect(dispatch('4', '<div role="dialog"><input></div>', 'input', { altKey: true }).ran).toEqual([]);
  });

  it('still judges while a slider or a button has the focus', () => {
    expect(dispatch('k', '<div role="slider"></div>', 'div').ran).toEqual(['keep']);
    expect(dispatch('k', '<button></button>', 'button').ran).toEqual(['keep']);
  });
});

describe('the keys of the pages', () => {
  it.each(pageNames)('of %s never mean two things', (page) => {
    const chords = keysOfPage(page).flatMap(({ keys }) => keys);
    expect(chords.filter((chord, index) => chords.indexOf(chord) !== index)).toEqual([]);
  });
});
