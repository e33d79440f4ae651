import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagePath, parseImagePath } from '../../src-main/contract/image-address.ts';
import type { ProjectId } from '../../src-main/contract/payloads.ts';
import type { SampleId } from '../../src-main/core/dataset/sample.ts';

const sizes = [64, 128, 256, 512, 'full'] as const;

function parse(address: string): unknown {
  const [path = '', query = ''] = address.split('?');
  return parseImagePath(path, query);
}

describe('the address of a picture', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-zA-Z0-9._~-]{1,64}$/),
        fc.integer({ min: 1, max: 1e12 }),
        fc.constantFrom(...sizes),
        fc.string(),
        (project, sample, size, hash) => {
          const request = { projectId: project as ProjectId, sampleId: sample as SampleId, size };
          expect(parse(imagePath(request, hash))).toEqual(request);
        },
      ),
      { seed: 1 },
    );
  });

  it('asks for 256 pixels where it names no size', () => {
    expect(parse('/image/p/1')).toMatchObject({ size: 256 });
  });

  it.each([
    '/image/p/0',
    '/image/p/-1',
    '/image/p/1.5',
    '/image/p/1e3',
    '/image/p/1/../2',
    '/image/p/%31',
    '/image/../p/1',
    '/image/%zz/1',
    '/image//1',
    '/image/p/1/full/',
    '/image/p/1/FULL',
    '/image/p/1?size=0',
    '/image/p/1?size=100000',
    '/image/p/1?size=256.0',
    '/image/p/1?size=',
    '/image/p/9999999999999999',
    '/Image/p/1',
    `/image/${'p'.repeat(300)}/1`,
    '/etc/passwd',
    '',
  ])('%j is none', (address) => {
    expect(parse(address)).toBeNull();
  });
});
