import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInput } from '../../src-main/contract/check-input.ts';
import { isMethodName, methodSchemas } from '../../src-main/contract/method-schemas.ts';
import { isTouchstoneError } from '../../src-main/core/errors.ts';
import { inputCases } from './method-inputs.ts';

const methods = Object.keys(methodSchemas).filter(isMethodName);

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('Expected a refusal');
}

describe.each(methods)('the input of %s', (method) => {
  const { smallest, full, refused } = inputCases[method];

  it('is let in, with and without its optional fields, and comes out unchanged', () => {
    expect(checkInput(method, smallest)).toEqual(smallest);
    expect(checkInput(method, full)).toEqual(full);
  });

  it('is refused when it is wrong', () => {
    for (const input of refused) {
      expect(
        isTouchstoneError(
          refusal(() => checkInput(method, input)),
          'arguments-invalid',
        ),
      ).toBe(true);
    }
  });

  it('is refused when it is no object at all', () => {
    for (const input of [undefined, null, 0, 'x', true, [smallest], () => smallest, Symbol('x')]) {
      expect(
        isTouchstoneError(
          refusal(() => checkInput(method, input)),
          'arguments-invalid',
        ),
      ).toBe(true);
    }
  });

  it('is refused with keys that reach for prototypes, and leaves Object.prototype alone', () => {
    const text = JSON.stringify(full).slice(0, -1);
    const comma = text === '{' ? '' : ',';
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString']) {
      const hostile: unknown = JSON.parse(`${text}${comma}"${key}":{"isAdmin":true}}`);
      expect(
        isTouchstoneError(
          refusal(() => checkInput(method, hostile)),
          'arguments-invalid',
        ),
      ).toBe(true);
    }
    expect('isAdmin' in {}).toBe(false);
  });

  it('never makes anything but a refusal out of arbitrary JSON that does not fit', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          checkInput(method, value);
        } catch (error) {
          expect(isTouchstoneError(error, 'arguments-invalid')).toBe(true);
        }
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

describe('a refusal', () => {
  it('names the method and the field, and keeps what the caller sent short', () => {
    const error = refusal(() => checkInput('project/open', { folder: 1 }));
    expect(error).toMatchObject({ details: { method: 'project/open', field: 'folder' } });
    const long = refusal(() => checkInput('project/open', { folder: '/p', ['k'.repeat(1_000_000)]: 1 }));
    expect(String(long).length).toBeLessThan(1000);
  });

  it('meets a field that is there but undefined', () => {
    const error = refusal(() => checkInput('project/create', { folder: '/p', name: undefined }));
    expect(error).toMatchObject({ details: { field: 'name' } });
  });

  it('comes after the first wrong item of a long list', () => {
    const sampleIds = Array.from({ length: 1_000_000 }, () => 'wrong');
    const input = { projectId: 'p', target: { sampleIds }, action: { kind: 'keep' } };
    expect(
      isTouchstoneError(
        refusal(() => checkInput('decide/apply', input)),
        'arguments-invalid',
      ),
    ).toBe(true);
  });
});

describe('isMethodName', () => {
  it('knows every method and nothing that objects inherit', () => {
    expect(methods.length).toBe(Object.keys(inputCases).length);
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'app/info ', 'App/info']) {
      expect(isMethodName(name)).toBe(false);
    }
  });
});
