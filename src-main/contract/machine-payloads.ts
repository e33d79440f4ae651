/** What crosses the boundary about the app and this machine: engines, backbones, and what they computed. Part of payloads.ts. */
import type { EngineCheck, EngineName } from '../core/engine-check.ts';

export type { CheckFinding, EngineCheck, EngineName } from '../core/engine-check.ts';

export interface AppInfo {
  readonly version: string;
  readonly platform: string;
  readonly nodeVersion: string;
  /** True where the host can open native dialogs (Electron). */
  readonly hasNativeDialogs: boolean;
  /** Where new projects are proposed to be made. */
  readonly projectsFolder: string;
  /** Where the app keeps what is its own: preferences, engine packs, backbones. */
  readonly dataFolder: string;
  readonly logFile: string;
}

/** An engine, as far as it is known without starting it. */
export interface EngineView {
  readonly name: EngineName;
  /** `unchecked`: nothing speaks against it, but it never passed its self-check here. */
  readonly state: 'ready' | 'unchecked' | 'unavailable';
  /** In one line: why it is not ready, and what would enable it; null where it is ready. */
  readonly reason: string | null;
  /** Of the last self-check on this machine; null where there was none. */
  readonly lastCheck: EngineCheck | null;
  /** The engine pack in use; null for engines that are part of the app, and where none is installed. */
  readonly pack: EnginePackView | null;
}

export interface EnginePackView {
  readonly name: string;
  readonly version: string;
  readonly variant: 'cpu' | 'cuda';
  readonly sizeBytes: number;
}

export interface EngineDownload {
  readonly variant: 'cpu' | 'cuda';
  readonly sizeBytes: number | null;
  /** What a download that was stopped has left here. */
  readonly fetchedBytes: number;
}

export interface EngineList {
  /** Best first. */
  readonly engines: readonly EngineView[];
  /** What `auto` takes next, and why in one line. */
  readonly next: { readonly name: EngineName; readonly reason: string };
  /** Packs that can be had for this system; `sizeBytes` of the download is null where the address was not asked or is silent. */
  readonly downloads: readonly EngineDownload[];
  /** Where packs are fetched from; null where nothing is configured. */
  readonly address: string | null;
  /** Whether this installation has what builds a pack, beside Python and a compiler. */
  readonly canBuild: boolean;
}

/** A pretrained network that turns images into vectors. */
export interface BackboneView {
  /** Its file's name, as a run's settings hold it. */
  readonly name: string;
  readonly title: string;
  readonly origin: 'built-in' | 'catalogue' | 'added';
  /** False for those of the catalogue that were not downloaded yet. */
  readonly isInstalled: boolean;
  readonly licence: string | null;
  readonly source: string | null;
  /** Side in pixels that it is meant for; null where only the model itself says it. */
  readonly imageSize: number | null;
  /** Of the file, or of the download. */
  readonly sizeBytes: number;
  /** What an earlier download that was stopped has left here. */
  readonly fetchedBytes: number;
  /** What is worth knowing of it, or what is wrong with its description. */
  readonly note: string | null;
}

export interface BackboneList {
  /** Installed ones first. */
  readonly backbones: readonly BackboneView[];
  /** What can compute vectors here, best first, and why the others cannot. */
  readonly providers: {
    readonly candidates: readonly string[];
    readonly refused: readonly { readonly name: string; readonly reason: string }[];
  };
}

/** What an embedding of a project, of one of its shards, or a merge of shards has come to. */
export interface EmbeddingReport {
  readonly backbone: string;
  readonly imageSize: number;
  /** Images that were asked for: all of the project, or those of the shard. */
  readonly images: number;
  /** Vectors that were computed (or, merging, came in) just now; the others were there. */
  readonly computed: number;
  /** Images of the project whose vectors are not there yet; null for a shard, which cannot know. */
  readonly missing: number | null;
  /** What computed them; null where nothing had to be. */
  readonly device: { readonly provider: string; readonly refused: BackboneList['providers']['refused'] } | null;
  /** Files that could not be read, by path. */
  readonly unreadable: readonly string[];
}

export type LicenceKind = 'app' | 'package' | 'engine-pack' | 'backbone';

/** One piece of work that ships with the app or was installed into it. */
export interface LicenceEntry {
  readonly kind: LicenceKind;
  /** Unique within its kind. */
  readonly name: string;
  readonly version: string;
  /** As SPDX writes it, where its authors do. */
  readonly licence: string;
  /** Its home page, or where it is from. */
  readonly source: string | null;
  readonly hasText: boolean;
}
