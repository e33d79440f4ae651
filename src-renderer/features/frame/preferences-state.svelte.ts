/** What the pages remember for this user: theme, cell size, keys, the folded left column. Kept by the host. */
import type { Api } from '../../rpc/api.ts';
import { defaultCell, largestCell, smallestCell } from '../../lib/grid-layout.ts';
import type { KeyChoices } from '../../lib/key-map.ts';
import { parseChoices } from '../../lib/key-map.ts';

export const themes = ['system', 'dark', 'light'] as const;
export type Theme = (typeof themes)[number];

const preferenceNames = ['theme', 'cell-size', 'keys', 'left-folded'] as const;
type PreferenceName = (typeof preferenceNames)[number];

export class PreferencesState {
  theme = $state<Theme>('system');
  /** Least width of a cell in the grid, in pixels. */
  cellSize = $state(defaultCell);
  keyChoices = $state.raw<KeyChoices>({});
  isLeftFolded = $state(false);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    const values = await Promise.all(
      preferenceNames.map(
        async (name) => [name, (await this.#api.call('app/get-preference', { name })).value] as const,
      ),
    );
    const byName = new Map<PreferenceName, string | null>(values);
    this.theme = themes.find((theme) => theme === byName.get('theme')) ?? 'system';
    this.cellSize = clampCell(Number(byName.get('cell-size') ?? defaultCell));
    this.keyChoices = parseChoices(byName.get('keys') ?? null);
    this.isLeftFolded = byName.get('left-folded') === 'yes';
  }

  setTheme(theme: Theme): Promise<void> {
    this.theme = theme;
    return this.#save('theme', theme);
  }

  setCellSize(pixels: number): Promise<void> {
    this.cellSize = clampCell(pixels);
    return this.#save('cell-size', String(this.cellSize));
  }

  /** Gives an action other keys; null brings its defaults back. */
  setKeys(actionId: string, keys: readonly string[] | null): Promise<void> {
    const choices = Object.fromEntries(Object.entries(this.keyChoices).filter(([id]) => id !== actionId));
    this.keyChoices = keys === null ? choices : { ...choices, [actionId]: keys };
    return this.#save('keys', JSON.stringify(this.keyChoices));
  }

  setLeftFolded(isFolded: boolean): Promise<void> {
    this.isLeftFolded = isFolded;
    return this.#save('left-folded', isFolded ? 'yes' : 'no');
  }

  async #save(name: PreferenceName, value: string): Promise<void> {
    await this.#api.call('app/set-preference', { name, value });
  }
}

function clampCell(pixels: number): number {
  if (!Number.isFinite(pixels)) return defaultCell;
  return Math.round(Math.max(smallestCell, Math.min(largestCell, pixels)));
}
