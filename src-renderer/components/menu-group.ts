/** What a menu shows. */
export interface MenuItem {
  readonly id: string;
  readonly text: string;
  /** Shown with a tick where true; left out for what is no choice. */
  readonly checked?: boolean;
  readonly run: () => void;
}

export interface MenuGroup {
  readonly title: string | null;
  readonly items: readonly MenuItem[];
}
