import { beforeEach, describe, expect, it } from 'vitest';
import { SettingsState } from '../../../src-renderer/features/settings/settings-state.svelte.ts';
import {
  backboneState,
  downloadLabel,
  errorShare,
  nextSentence,
  speedWords,
} from '../../../src-renderer/features/settings/settings-words.ts';
import { fakeBackbone, fakeCheck } from '../fake-machine.ts';
import { settle } from './open-review.ts';
import { openWork, type OpenWork } from './open-work.ts';

let open: OpenWork;
let settings: SettingsState;

beforeEach(async () => {
  open = await openWork({ isClosed: true });
  settings = new SettingsState(open.app, open.chooser);
  settings.start();
  await settings.load();
});

describe('the Settings page', () => {
  it('needs no project, and asks for the sizes of downloads after what is known at once', () => {
    expect(open.asked('engines/list')).toEqual([{ askForSizes: false }, { askForSizes: true }]);
    expect(settings.engines?.downloads[0]?.sizeBytes).toBe(412e6);
    expect(settings.info?.logFile).toContain('touchstone.log');
  });

  it('asks nobody for sizes where no address is configured', async () => {
    open.work.machine.address = null;
    await settings.load();
    expect(open.asked('engines/list').slice(2)).toEqual([{ askForSizes: false }]);
  });

  it('installs, tells the step, can be stopped and goes on', async () => {
    await settings.install({ variant: 'cpu' });
    const { jobId } = open.work.newest('engine-install');
    open.work.change(jobId, { stage: 'Downloading', done: 120e6, total: 412e6 });
    expect(settings.installing.job).toMatchObject({ stage: 'Downloading', done: 120e6 });
    expect(settings.isBusy).toBe(true);
    await settings.installing.cancel();
    open.work.machine.fetchedBytes = 120e6;
    open.work.change(jobId, { status: 'cancelled' });
    await settle();
    expect(open.app.notice?.text).toContain('goes on from there');
    const [download] = settings.engines?.downloads ?? [];
    expect(download && downloadLabel(download)).toMatch(/^Go on \(120.* of 412/);
    await settings.install({ variant: 'cpu' });
    open.work.machine.hasPack = true;
    open.work.finish('engine-install', { name: 'p', version: '2.21.0', variant: 'cpu', sizeBytes: 1 });
    await settle();
    expect(settings.engines?.next.name).toBe('tensorflow');
    await settings.removeEngine();
    expect(settings.engines?.next.name).toBe('wasm');
  });

  it('shows why an installation failed', async () => {
    await settings.install({ variant: 'cpu', from: { kind: 'file', file: '/x' } });
    const error = { code: 'engine-pack-invalid', message: 'It is damaged.', details: {} } as const;
    open.work.change(open.work.newest('engine-install').jobId, { status: 'failed', error });
    await settle();
    expect(settings.installing.failure?.message).toBe('It is damaged.');
    expect(settings.isBusy).toBe(false);
  });

  it('gets backbones and lets them go', async () => {
    await settings.download('dinov2-small.onnx');
    expect(settings.isFetching).toBe(true);
    const dino = fakeBackbone('dinov2-small.onnx', 'DINOv2 small', 'catalogue', 88.5e6);
    open.work.machine.backbones = [...open.work.machine.backbones.slice(0, 1), dino];
    open.work.finish('backbone-download', dino);
    await settle();
    expect(settings.backbones?.backbones.map(backboneState)).toEqual(['Part of the app', 'Installed']);
    await settings.removeBackbone('dinov2-small.onnx');
    expect(settings.backbones?.backbones).toHaveLength(1);
    await settings.add('  /models/own.onnx ');
    expect(open.asked('backbones/add')).toEqual([{ file: '/models/own.onnx' }]);
  });

  it('remembers what was chosen, and takes an empty text as nothing', async () => {
    await settings.choose('threads', ' 4 ');
    await settings.choose('embedding-provider', 'cpu');
    await settings.choose('threads', '');
    expect(open.asked('app/set-preference')).toEqual([
      { name: 'threads', value: '4' },
      { name: 'embedding-provider', value: 'cpu' },
      { name: 'threads', value: null },
    ]);
    await settings.load();
    expect(settings.choices).toMatchObject({ threads: null, 'embedding-provider': 'cpu' });
  });
});

describe('the words', () => {
  it('say which engine comes next and why', () => {
    const list = open.work.machine.engineList(false);
    expect(nextSentence(list)).toBe(
      'The next training takes WebAssembly: the best that works here; better, but not available: TensorFlow.',
    );
    open.work.machine.hasPack = true;
    expect(nextSentence(open.work.machine.engineList(false))).toBe(
      'The next training takes TensorFlow: the best engine there is.',
    );
  });

  it('give speeds, errors and sizes', () => {
    expect(speedWords(fakeCheck('wasm'))).toBe('812 images per second, 28 GFLOP/s');
    expect(speedWords(null)).toBe('');
    expect(errorShare({ name: 'x', error: 1e-6, tolerance: 1e-5 })).toMatch(/^10/);
    expect(errorShare({ name: 'x', error: Number.POSITIVE_INFINITY, tolerance: 1 })).toBe('not a number');
    expect(downloadLabel({ variant: 'cuda', sizeBytes: null, fetchedBytes: 0 })).toBe('Install for NVIDIA cards');
    expect(downloadLabel({ variant: 'cpu', sizeBytes: 5, fetchedBytes: 5 })).toBe('Install (downloaded)');
  });
});
