/** Asks for a folder or a manifest: with the system's dialog where there is one, else by walking the host's folders. No DOM. */
import type { FolderListing } from '../../../src-main/contract/payloads.ts';
import type { DesktopBridge } from '../../../src-main/contract/desktop-bridge.ts';
import { joinPath } from '../../lib/path-words.ts';
import type { AppState } from '../frame/app-state.svelte.ts';

export type PathKind = 'folder' | 'manifest' | 'project';
export type FolderEntry = FolderListing['entries'][number];
export type DialogBridge = Pick<DesktopBridge, 'chooseFolder' | 'chooseManifest'>;

export class PathChooser {
  readonly app: AppState;
  kind = $state<PathKind>('folder');
  title = $state('');
  /** What the dialog shows; null until the first folder has been read. */
  listing = $state.raw<FolderListing | null>(null);
  isOpen = $state(false);
  readonly entries = $derived.by(() => (this.listing?.entries ?? []).filter(({ kind }) => this.#isShown(kind)));
  readonly #desktop: DialogBridge | null;
  #answer: ((path: string | null) => void) | null = null;

  constructor(app: AppState, desktop: DialogBridge | null) {
    this.app = app;
    this.#desktop = desktop;
  }

  /** Resolves with the path chosen, or with null when the user leaves. Begins at `from` where it is given and still there. */
  async choose(kind: PathKind, title: string, from?: string): Promise<string | null> {
    if (this.#desktop) {
      const asked = kind === 'manifest' ? this.#desktop.chooseManifest(title) : this.#desktop.chooseFolder(title);
      return this.app.attempt(asked);
    }
    this.close();
    this.kind = kind;
    this.title = title;
    this.isOpen = true;
    if (!this.listing || from !== undefined) await this.goTo(from);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Shows what is in a folder; without one, where the host begins. The old one stays where the new cannot be read. */
  async goTo(folder?: string): Promise<void> {
    const input = folder === undefined ? {} : { folder };
    const listing = await this.app.attempt(this.app.api.call('app/list-folder', input));
    if (listing) this.listing = listing;
    else if (!this.listing && folder !== undefined) await this.goTo();
  }

  goUp(): void {
    const parent = this.listing?.parent;
    if (parent) void this.goTo(parent);
  }

  /** Goes into a folder, or takes what was looked for. */
  openEntry({ name, kind }: FolderEntry): void {
    const path = joinPath(this.listing?.folder ?? '', name);
    if (kind === 'folder' || kind !== this.kind) void this.goTo(path);
    else this.take(path);
  }

  /** Ends the dialog with a path. */
  take(path: string): void {
    this.#finish(path);
  }

  close(): void {
    this.#finish(null);
  }

  #finish(path: string | null): void {
    this.isOpen = false;
    this.#answer?.(path);
    this.#answer = null;
  }

  #isShown(kind: FolderEntry['kind']): boolean {
    return kind !== 'manifest' || this.kind === 'manifest';
  }
}
