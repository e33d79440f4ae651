/** The About page: versions, what a report needs, and whose work is in the app under which licence. No DOM. */
import type { AppInfo, LicenceEntry, LicenceKind } from '../../../src-main/contract/payloads.ts';
import type { AppState } from '../frame/app-state.svelte.ts';

export const kindTexts: Readonly<Record<LicenceKind, string>> = {
  app: 'The app',
  package: 'Package',
  'engine-pack': 'Engine pack',
  backbone: 'Backbone',
};

export class AboutState {
  readonly app: AppState;
  info = $state.raw<AppInfo | null>(null);
  /** What "copy details" copies; null until it is asked for. */
  report = $state<string | null>(null);
  /** Null until they are there. */
  entries = $state.raw<readonly LicenceEntry[] | null>(null);
  words = $state('');
  /** The text that is open; `text` null while it is fetched. */
  open = $state.raw<{ readonly entry: LicenceEntry; readonly text: string | null } | null>(null);
  readonly found = $derived.by(() => (this.entries ?? []).filter((entry) => this.#matches(entry)));

  constructor(app: AppState) {
    this.app = app;
  }

  async load(): Promise<void> {
    const { api } = this.app;
    const [info, entries] = await Promise.all([
      this.app.attempt(api.call('app/info', {})),
      this.app.attempt(api.call('app/licences', {})),
    ]);
    this.info = info ?? this.info;
    this.entries = entries ?? this.entries;
  }

  /** Also shows what is copied: nobody should send what they have not seen. */
  async gatherReport(): Promise<string> {
    this.report = await this.app.gatherReport();
    return this.report;
  }

  async show(entry: LicenceEntry): Promise<void> {
    this.open = { entry, text: null };
    const { kind, name } = entry;
    const answer = await this.app.attempt(this.app.api.call('app/licence-text', { kind, name }));
    if (this.open?.entry !== entry) return;
    this.open = answer === null ? null : { entry, text: answer.text ?? `It is under ${entry.licence}.` };
  }

  close(): void {
    this.open = null;
  }

  #matches({ name, licence, kind }: LicenceEntry): boolean {
    const text = `${name} ${licence} ${kindTexts[kind]}`.toLowerCase();
    return this.words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  }
}
