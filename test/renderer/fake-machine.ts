/** The host's answers about its machine: engines, backbones, licences; and the jobs that change them. */
import type {
  BackboneView,
  EngineList,
  EngineView,
  JobId,
  JobKind,
  LicenceEntry,
} from '../../src-main/contract/payloads.ts';
import type { EngineCheck } from '../../src-main/core/engine-check.ts';
import type { FakeHandlers } from './fake-api.ts';

export function fakeCheck(engine: EngineCheck['engine']): EngineCheck {
  return {
    ...{ engine, device: 'Fake processor, 2 threads', versions: {}, passed: true, failure: null },
    findings: [{ name: 'convolution 3x3', error: 1e-6, tolerance: 1e-5 }],
    speed: { convolutionGflops: 28.4, examplesPerSecond: 812, vectorsPerSecond: 9400 },
    ...{ memoryBytes: 210e6, durationMs: 1200 },
  };
}

const pack = { name: 'tensorflow-2.21.0-cpu', version: '2.21.0', variant: 'cpu', sizeBytes: 854e6 } as const;

export class FakeMachine {
  hasPack = false;
  address: string | null = 'https://example.org/packs';
  fetchedBytes = 0;
  backbones: readonly BackboneView[] = [
    fakeBackbone('mobilenet-v1-1.0-224-features.onnx', 'MobileNet v1', 'built-in', 8.6e6),
    { ...fakeBackbone('dinov2-small.onnx', 'DINOv2 small', 'catalogue', 88.5e6), isInstalled: false },
  ];
  readonly #begin: (kind: JobKind) => JobId;

  constructor(begin: (kind: JobKind) => JobId) {
    this.#begin = begin;
  }

  engineList(asksForSizes: boolean): EngineList {
    const sizeBytes = asksForSizes && this.address !== null ? 412e6 : null;
    const reason = 'No engine pack is installed. "touchstone engines install tensorflow" gets one.';
    const tensorflow: EngineView = this.hasPack
      ? { name: 'tensorflow', state: 'ready', reason: null, lastCheck: fakeCheck('tensorflow'), pack }
      : { name: 'tensorflow', state: 'unavailable', reason, lastCheck: null, pack: null };
    const wasm: EngineView = { name: 'wasm', state: 'ready', reason: null, lastCheck: fakeCheck('wasm'), pack: null };
    return {
      engines: [tensorflow, wasm],
      next: this.hasPack
        ? { name: 'tensorflow', reason: 'the best engine there is' }
        : { name: 'wasm', reason: 'the best that works here; better, but not available: tensorflow' },
      downloads: [{ variant: 'cpu', sizeBytes, fetchedBytes: asksForSizes ? this.fetchedBytes : 0 }],
      address: this.address,
      canBuild: true,
    };
  }

  handlers(): FakeHandlers {
    const refused = [{ name: 'webgpu', reason: 'No Vulkan driver is installed.' }];
    return {
      'engines/list': ({ askForSizes = false }) => this.engineList(askForSizes),
      'engines/install': () => ({ jobId: this.#begin('engine-install') }),
      'engines/check': () => ({ jobId: this.#begin('engine-check') }),
      'engines/remove': () => {
        this.hasPack = false;
        return { bytesFreed: pack.sizeBytes };
      },
      'backbones/list': () => ({ backbones: this.backbones, providers: { candidates: ['cpu'], refused } }),
      'backbones/download': () => ({ jobId: this.#begin('backbone-download') }),
      'backbones/add': () => ({ jobId: this.#begin('backbone-add') }),
      'backbones/remove': ({ name }) => {
        this.backbones = this.backbones.filter((backbone) => backbone.name !== name);
        return { bytesFreed: 1 };
      },
      'app/licences': () => fakeLicences,
      'app/licence-text': ({ name }) => ({ text: `Text of ${name}` }),
    };
  }
}

export function fakeBackbone(
  name: string,
  title: string,
  origin: BackboneView['origin'],
  sizeBytes: number,
): BackboneView {
  return {
    ...{ name, title, origin, sizeBytes, isInstalled: true, licence: 'Apache-2.0', source: null },
    ...{ imageSize: 224, fetchedBytes: 0, note: null },
  };
}

const fakeLicences: readonly LicenceEntry[] = [
  { kind: 'app', name: 'Touchstone', version: '0.1.0', licence: 'MIT', source: null, hasText: true },
  { kind: 'package', name: 'tar 7.5.23', version: '7.5.23', licence: 'BlueOak-1.0.0', source: null, hasText: true },
  { kind: 'package', name: 'sharp 0.35.5', version: '0.35.5', licence: 'Apache-2.0', source: null, hasText: false },
  { kind: 'backbone', name: 'MobileNet v1', version: '', licence: 'Apache-2.0', source: null, hasText: true },
];
