/** The Settings page: engines and backbones of this machine, what the app remembers, where it keeps things. No DOM. */
import type { EngineInstallRequest } from '../../../src-main/contract/methods.ts';
import type {
  AppInfo,
  BackboneList,
  EngineList,
  EngineName,
  JobKind,
  JobState,
} from '../../../src-main/contract/payloads.ts';
import type { PathChooser } from '../folders/path-chooser.svelte.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';

/** What the host reads when it computes; kept as text. */
const hostPreferences = ['embedding-provider', 'vector-precision', 'threads', 'enginePackAddress'] as const;
export type HostPreference = (typeof hostPreferences)[number];

export class SettingsState {
  readonly app: AppState;
  readonly chooser: PathChooser;
  engines = $state.raw<EngineList | null>(null);
  backbones = $state.raw<BackboneList | null>(null);
  info = $state.raw<AppInfo | null>(null);
  /** Null where nothing was chosen. */
  choices = $state.raw<Readonly<Partial<Record<HostPreference, string | null>>>>({});
  readonly installing: JobSlot;
  readonly checking: JobSlot;
  readonly downloading: JobSlot;
  readonly adding: JobSlot;
  readonly isBusy = $derived.by(() => this.installing.isRunning || this.checking.isRunning);
  readonly isFetching = $derived.by(() => this.downloading.isRunning || this.adding.isRunning);
  /** Of the newest load: an older answer that comes later is dropped. */
  #loads = 0;

  constructor(app: AppState, chooser: PathChooser) {
    this.app = app;
    this.chooser = chooser;
    const slot = (kind: JobKind, onEnd: (job: JobState) => void): JobSlot =>
      new JobSlot(app, { kind, projectId: null, isShared: true, onEnd });
    this.installing = slot('engine-install', (job) => this.#onEnd(job, 'The engine is installed and works.'));
    this.checking = slot('engine-check', (job) => this.#onEnd(job, null));
    this.downloading = slot('backbone-download', (job) => this.#onEnd(job, 'The backbone is here.'));
    this.adding = slot('backbone-add', (job) => this.#onEnd(job, 'The backbone is here.'));
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const slots = [this.installing, this.checking, this.downloading, this.adding];
    const endings = [...slots.map((slot) => slot.attach()), this.app.onReconnect(() => void this.load())];
    return () => {
      for (const end of endings) end();
    };
  }

  /** What is known at once, then the sizes of downloads, which the configured address has to be asked for. */
  async load(): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    const { api } = this.app;
    await Promise.all([
      this.#take(load, api.call('engines/list', { askForSizes: false }), (list) => (this.engines = list)),
      this.#take(load, api.call('backbones/list', {}), (list) => (this.backbones = list)),
      this.#take(load, api.call('app/info', {}), (info) => (this.info = info)),
      this.#loadChoices(),
    ]);
    if ((this.engines?.address ?? null) !== null)
      await this.#take(load, api.call('engines/list', { askForSizes: true }), (list) => (this.engines = list));
  }

  check(engine?: EngineName): Promise<boolean> {
    return this.checking.start(this.app.api.call('engines/check', engine === undefined ? {} : { engine }));
  }

  install(request: EngineInstallRequest): Promise<boolean> {
    return this.installing.start(this.app.api.call('engines/install', request));
  }

  /** Asks for an engine pack that is already on this machine, and installs it. */
  async installFile(): Promise<void> {
    const file = await this.chooser.choose('engine-pack', 'Choose an engine pack');
    if (file !== null) await this.install({ variant: 'cpu', from: { kind: 'file', file } });
  }

  async removeEngine(): Promise<void> {
    await this.app.attempt(this.app.api.call('engines/remove', { engine: 'tensorflow' }));
    await this.load();
  }

  download(name: string): Promise<boolean> {
    return this.downloading.start(this.app.api.call('backbones/download', { name }));
  }

  /** Asks for an ONNX model of the user's own, and adds it. */
  async addModel(): Promise<void> {
    const file = await this.chooser.choose('model', 'Choose an ONNX model');
    if (file !== null) await this.add(file);
  }

  add(file: string): Promise<boolean> {
    return this.adding.start(this.app.api.call('backbones/add', { file: file.trim() }));
  }

  async removeBackbone(name: string): Promise<void> {
    await this.app.attempt(this.app.api.call('backbones/remove', { name }));
    await this.load();
  }

  /** An empty text takes the choice back. */
  async choose(name: HostPreference, text: string): Promise<void> {
    const value = text.trim() === '' ? null : text.trim();
    this.choices = { ...this.choices, [name]: value };
    await this.app.attempt(this.app.api.call('app/set-preference', { name, value }));
    if (name === 'enginePackAddress') await this.load();
  }

  async #loadChoices(): Promise<void> {
    const { api } = this.app;
    const read = async (name: HostPreference) =>
      [name, (await api.call('app/get-preference', { name })).value] as const;
    const found = await this.app.attempt(Promise.all(hostPreferences.map(read)));
    if (found) this.choices = Object.fromEntries(found);
  }

  async #take<T>(load: number, asked: Promise<T>, keep: (answer: T) => unknown): Promise<void> {
    const answer = await this.app.attempt(asked);
    if (answer !== null && load === this.#loads) keep(answer);
  }

  #onEnd(job: JobState, success: string | null): void {
    if (job.status === 'done' && success !== null) this.app.inform(success);
    if (job.status === 'cancelled') this.app.inform('Stopped. What was fetched is kept, and goes on from there.');
    void this.load();
  }
}
