/** Keys and what they do: one map per page, from which both the handling of keys and the cheat sheet come. */

/** One thing a key does on a page. */
export interface KeyAction {
  /** Stable, since remapped keys are remembered by it: `review/keep`. */
  readonly id: string;
  readonly title: string;
  /** Heading in the cheat sheet. */
  readonly group: string;
  /** As `chordOf` writes them; the first is shown on buttons. */
  readonly keys: readonly string[];
  /** False for keys whose place has a meaning of its own: arrows, digits. */
  readonly isRemappable?: boolean;
}

export type KeyMap = readonly KeyAction[];

/** Keys the user chose instead, by action. */
export type KeyChoices = Readonly<Record<string, readonly string[]>>;

/** What of a key press matters. */
export interface KeyPress {
  readonly key: string;
  /** Where the key is, for Alt: some systems make another character of it. */
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * A key press in words: `K`, `Shift+Z`, `Mod+A`, `Space`, `ArrowLeft`. `Mod` is Ctrl, on a Mac Cmd.
 *
 * Shift is named with letters and named keys only: with others it is part of the character (`?`, `+`).
 */
export function chordOf(press: KeyPress): string {
  const isLetter = press.key.length === 1 && press.key.toLowerCase() !== press.key.toUpperCase();
  const name = press.key === ' ' ? 'Space' : press.key.length === 1 ? plainKey(press) : press.key;
  const isShiftNamed = press.shiftKey && (isLetter || press.key.length > 1 || press.key === ' ');
  return [
    ...(press.ctrlKey || press.metaKey ? ['Mod'] : []),
    ...(press.altKey ? ['Alt'] : []),
    ...(isShiftNamed ? ['Shift'] : []),
    name,
  ].join('+');
}

function plainKey({ key, code = '', altKey }: KeyPress): string {
  const place = /^(?:Digit|Key)(.)$/.exec(code)?.[1];
  return altKey && place !== undefined ? place : key.toUpperCase();
}

/** The map with the user's choices in place of the defaults. Choices for unknown or fixed actions are passed over. */
export function applyChoices(map: KeyMap, choices: KeyChoices): KeyMap {
  return map.map((action) => {
    const keys = choices[action.id];
    return keys && keys.length > 0 && action.isRemappable !== false ? { ...action, keys } : action;
  });
}

/** The action of a chord, or null. */
export function actionFor(map: KeyMap, chord: string): KeyAction | null {
  return map.find((action) => action.keys.includes(chord)) ?? null;
}

/** The actions other than `id` that already have the chord. */
export function conflictsOf(map: KeyMap, id: string, chord: string): KeyMap {
  return map.filter((action) => action.id !== id && action.keys.includes(chord));
}

/** The first key of an action, for a button. */
export function keyOf(map: KeyMap, id: string): string | null {
  return map.find((action) => action.id === id)?.keys[0] ?? null;
}

const symbols: Readonly<Record<string, string>> = {
  ArrowLeft: '\u2190',
  ArrowRight: '\u2192',
  ArrowUp: '\u2191',
  ArrowDown: '\u2193',
  PageUp: 'Page up',
  PageDown: 'Page down',
  Escape: 'Esc',
};

/** A chord as it is printed on a key of this system. */
export function chordLabel(chord: string, isMac: boolean): string {
  // A chord of the plus key itself ends in "+".
  const parts = chord.split(/\+(?=.)/);
  const names = parts.map((part) => (part === 'Mod' ? (isMac ? '\u2318' : 'Ctrl') : (symbols[part] ?? part)));
  return names.join(isMac ? ' ' : '+');
}

/** Reads the remembered choices; anything that is not a map of lists of strings counts as none. */
export function parseChoices(text: string | null): KeyChoices {
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter((entry): entry is [string, string[]] => isListOfStrings(entry[1]));
  return Object.fromEntries(entries);
}

function isListOfStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}

/** Runs the action of a key press, unless the key belongs to what has the focus. Returns the chord of a key that did nothing. */
export function handleKey(
  event: KeyboardEvent,
  map: KeyMap,
  run: (id: string, chord: string) => boolean,
): string | null {
  const chord = chordOf(event);
  if (event.defaultPrevented || event.isComposing || ownsKeys(event.target, chord)) return null;
  if (isPress(chord) && event.target instanceof Element && event.target.closest('button, a, summary')) return null;
  const action = actionFor(map, chord);
  if (!action) return chord;
  if (run(action.id, chord)) event.preventDefault();
  return null;
}

/** Keys that press a button which has the focus. */
function isPress(chord: string): boolean {
  return chord === 'Enter' || chord === 'Space';
}

/** Keys that move the handle of a slider. */
const sliderKeys = /^(Shift\+)?(Arrow|Page|Home|End)/;

/** True where a key belongs to what has the focus: someone types, a menu is open, a slider is being moved. */
function ownsKeys(target: EventTarget | null, chord: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (isTextLine(target) && meansNothingInText.test(chord)) return false;
  if (target.isContentEditable || target.closest(keyOwners) !== null) return true;
  return target.closest('[role=slider]') !== null && sliderKeys.test(chord);
}

/** Chords that no field of text has a use for: they go to the page from there too. */
const meansNothingInText = /^(Alt\+\d|Mod\+(Enter|,|B)|F\d+)$/;

function isTextLine(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && target.closest('[role=dialog], [role=menu], [role=listbox]') === null;
}

const keyOwners =
  'input, textarea, select, [role=menu], [role=listbox], [role=dialog], [role=tablist], [role=combobox]';
