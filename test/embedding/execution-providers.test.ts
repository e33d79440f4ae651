import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOnBestProvider, type ProviderRequest } from '../../src-main/embedding/choose-provider.ts';
import { offerProviders, type ProviderSurroundings } from '../../src-main/embedding/execution-providers.ts';
import { ProviderRecords } from '../../src-main/embedding/provider-records.ts';

/** A machine that has everything of its system. */
function machine(platform: NodeJS.Platform, change: Partial<ProviderSurroundings> = {}): ProviderSurroundings {
  const all = { platform, supported: ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'], environment: {} };
  return { ...all, exists: () => true, list: () => ['driver.json'], ...change };
}

const reasons = (surroundings: ProviderSurroundings): Record<string, string> =>
  Object.fromEntries(offerProviders(surroundings).refused.map(({ name, reason }) => [name, reason]));

describe('what onnxruntime can compute on', () => {
  it('is offered best first, the processor always', () => {
    expect(offerProviders(machine('linux')).candidates).toEqual(['cuda', 'webgpu', 'cpu']);
    expect(offerProviders(machine('win32')).candidates).toEqual(['cuda', 'dml', 'webgpu', 'cpu']);
    expect(offerProviders(machine('darwin', { supported: ['coreml', 'webgpu'] })).candidates).toEqual([
      'coreml',
      'webgpu',
      'cpu',
    ]);
    expect(offerProviders().candidates.at(-1)).toBe('cpu');
  });

  it('is refused with a reason that names what is missing', () => {
    const nothing = machine('linux', { exists: () => false, list: () => [] });
    expect(reasons(nothing)['cuda']).toContain('libonnxruntime_providers_cuda.so');
    expect(reasons(nothing)['webgpu']).toContain('No Vulkan driver');
    expect(reasons(nothing)['dml']).toContain('Windows');
    const noDriver = machine('linux', { exists: (file) => file.endsWith('cuda.so') });
    expect(reasons(noDriver)['cuda']).toBe('There is no NVIDIA driver.');
    expect(reasons(noDriver)['webgpu']).toContain('libvulkan1');
    const named = machine('linux', { list: () => [], environment: { VK_ICD_FILENAMES: '/x/icd.json' } });
    expect(reasons(named)['webgpu']).toBeUndefined();
    expect(reasons(machine('linux', { supported: ['cpu'] }))['webgpu']).toContain('has no webgpu');
  });
});

describe('the provider of a backbone', () => {
  const file = path.resolve(import.meta.dirname, '../../resources/backbones/mobilenet-v1-1.0-224-features.onnx');
  const request: ProviderRequest = { file, key: 'a'.repeat(64), threads: 1, size: 32, choice: 'auto' };
  const offer = { candidates: ['coreml', 'cpu'], refused: [{ name: 'cuda', reason: 'No.' }] } as const;
  let folder = '';
  let recordsFile = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'touchstone-providers-'));
    recordsFile = path.join(folder, 'below', 'providers.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the processor where nothing better works, and says why', async () => {
    const { backbone, provider, refused } = await loadOnBestProvider(request, new ProviderRecords(recordsFile), {
      ...offer,
      candidates: ['dml', 'cpu'],
    });
    expect(provider).toBe('cpu');
    expect(refused.map(({ name }) => name)).toEqual(['cuda', 'dml']);
    expect(refused[1]?.reason).toContain('does not run this model');
    await backbone.release();
  });

  it('is tried once and then remembered', async () => {
    const records = new ProviderRecords(recordsFile);
    const subject = (await remember(records)) ?? '';
    records.write('coreml', subject, { state: 'ended', reason: 'Its numbers differ.' });
    const { backbone, refused } = await loadOnBestProvider(request, records, offer);
    expect(refused.at(-1)).toEqual({ name: 'coreml', reason: 'Its numbers differ.' });
    await backbone.release();
  });

  it('is not tried again after it ended a process', async () => {
    const records = new ProviderRecords(recordsFile);
    const subject = (await remember(records)) ?? '';
    const { pid } = spawnSync(process.execPath, ['--version']);
    records.write('coreml', subject, { state: 'begun', processId: pid });
    const { backbone, refused } = await loadOnBestProvider(request, records, offer);
    expect(refused.at(-1)?.reason).toBe('It ended the process that it was tried in.');
    await backbone.release();
  });

  it('is taken at the word of whoever names one', async () => {
    const named = loadOnBestProvider({ ...request, choice: 'dml' }, new ProviderRecords(null), offer);
    await expect(named).rejects.toMatchObject({ code: 'backbone-invalid' });
  });

  it('does not stumble over damaged records', () => {
    const records = new ProviderRecords(path.join(folder, 'providers.json'));
    writeFileSync(path.join(folder, 'providers.json'), '{"cuda x": {"state": "begun"}, "cpu y": 5');
    expect(records.read('cuda', 'x')).toBeNull();
    records.write('cuda', 'x', { state: 'ended', reason: null });
    expect(records.read('cuda', 'x')).toEqual({ state: 'ended', reason: null });
  });

  /** The name under which a trial of the request is kept. */
  async function remember(records: ProviderRecords): Promise<string | undefined> {
    const { backbone } = await loadOnBestProvider(request, records, { ...offer, candidates: ['coreml', 'cpu'] });
    await backbone.release();
    return records.subjects()[0];
  }
});
