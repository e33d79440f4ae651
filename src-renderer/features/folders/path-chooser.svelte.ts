/** Asks for a folder or a file: with the system's dialog where there is one, else by walking the host's folders. No DOM. */
import type { FolderListing } from '../../../src-main/contract/payloads.ts';
import type { DesktopBridge } from '../../../src-main/contract/desktop-bridge.ts';
import { fileKindOf, isFileKind } from '../../../src-main/contract/file-kinds.ts';
import type { FileKind } from '../../../src-main/contract/file-kinds.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';
import { isWholePath, joinPath, wholePathWanted } from '../../lib/path-words.ts';
import type { AppState } from '../frame/app-state.svelte.ts';

export type PathKind = 'folder' | 'project' | FileKind;
export type FolderEntry = FolderListing['entries'][number];
export type DialogBridge = Pick<DesktopBridge, 'chooseFolder' | 'chooseFile'>;

export class PathChooser {
  readonly app: AppState;
  kind = $state<PathKind>('folder');
  title = $state('');
  /** What the dialog shows; null until the first folder has been read. */
  listing = $state.raw<FolderListing | null>(null);
  /** Why the folder that was asked for last is not shown; empty where it is. */
  failure = $state('');
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
      const asked = isFileKind(kind) ? this.#desktop.chooseFile(title, kind) : this.#desktop.chooseFolder(title);
      return this.app.attempt(asked);
    }
    this.close();
    this.kind = kind;
    this.title = title;
    this.failure = '';
    // Before the dialog opens, so that its field begins with the folder, chosen to be typed over.
    if (!this.listing || from !== undefined) await this.goTo(from);
    this.isOpen = true;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Shows what is in a folder; without one, where the host begins. The old one stays where the new cannot be read. */
  async goTo(folder?: string): Promise<void> {
    if (folder !== undefined && !isWholePath(folder)) {
      this.failure = wholePathWanted;
      return;
    }
    try {
      this.listing = await this.app.api.call('app/list-folder', folder === undefined ? {} : { folder });
      this.failure = '';
    } catch (error) {
      if (!this.listing && folder !== undefined) await this.goTo();
      if (isTouchstoneError(error)) this.failure = error.message;
      else this.app.reportError(error);
    }
  }

  /** A path was typed: a file of the kind that is looked for is taken, anything else is a folder to go to. */
  enter(path: string): void {
    if (isFileKind(this.kind) && fileKindOf(path) === this.kind) this.take(path);
    else void this.goTo(path);
  }

  /** Takes the folder that was typed, once it is known to be there. */
  async takeFolder(path: string): Promise<void> {
    if (path !== this.listing?.folder || this.failure !== '') await this.goTo(path);
    if (this.failure === '' && this.listing) this.take(this.listing.folder);
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
    return !isFileKind(kind) || kind === this.kind;
  }
}
