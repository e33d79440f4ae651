import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryChannelPair } from '../../src-main/contract/channel.ts';
import type { Channel } from '../../src-main/contract/channel.ts';
import { createRpcClient } from '../../src-main/contract/rpc-client.ts';
import type { RpcClient } from '../../src-main/contract/rpc-client.ts';
import { isMethodName, methodSchemas } from '../../src-main/contract/method-schemas.ts';
import { serveRpc } from '../../src-main/contract/rpc-server.ts';
import { errorCodes, TouchstoneError } from '../../src-main/core/errors.ts';
import { fakeHandlers, FakeEvents } from './fake-handlers.ts';
import type { LooseHandlers } from './fake-handlers.ts';
import { inputCases, projectId } from './method-inputs.ts';

let bugs: unknown[];
let events: FakeEvents;

beforeEach(() => {
  bugs = [];
  events = new FakeEvents();
});

function serve(handlers: LooseHandlers): Channel {
  const [near, far] = createMemoryChannelPair();
  const reportBug = (error: unknown): string => `report-${bugs.push(error)}`;
  serveRpc(far, { handlers: fakeHandlers(handlers), events, reportBug });
  return near;
}

function connect(handlers: LooseHandlers): RpcClient {
  return createRpcClient(serve(handlers));
}

/** Sends one raw frame and waits for what comes back; `closed` when the host hangs up. */
function exchange(channel: Channel, frame: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    channel.onMessage(resolve);
    channel.onClose(() => resolve('closed'));
    channel.post(frame);
  });
}

const never = () => new Promise<never>(() => undefined);
const methods = Object.keys(methodSchemas).filter(isMethodName);

describe.each(methods)('%s over the wire', (method) => {
  it('brings the input to its handler and the answer back', async () => {
    const seen: unknown[] = [];
    const client = connect({
      [method]: (input: unknown) => {
        seen.push(input);
        return { answer: method };
      },
    });
    expect(await client.call(method, inputCases[method].smallest)).toEqual({ answer: method });
    expect(seen).toEqual([inputCases[method].smallest]);
  });

  it('refuses a wrong input before its handler sees it', async () => {
    const channel = serve({});
    for (const [index, input] of inputCases[method].refused.entries()) {
      const answer = await exchange(channel, { t: 'q', i: `${index}`, m: 'call', a: [`${index}`, method, input] });
      expect(answer).toMatchObject({ r: { ok: false, error: { code: 'arguments-invalid' } } });
    }
    expect(bugs).toEqual([]);
  });

  it('is cancelled at both ends', async () => {
    const abort = new AbortController();
    const stopped = Promise.withResolvers<void>();
    const client = connect({
      [method]: (_input: unknown, { signal }: { signal: AbortSignal }) => {
        signal.addEventListener('abort', () => stopped.resolve());
        abort.abort();
        return never();
      },
    });
    await expect(client.call(method, inputCases[method].smallest, { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await stopped.promise;
  });
});

describe('an error', () => {
  it.each(errorCodes)('with code %s keeps its code, message and details', async (code) => {
    const details = { file: 'a.png', limit: 3, exact: true, other: null, names: ['x'] };
    const client = connect({
      'job/list': () =>
        Promise.reject(new TouchstoneError(code, `It was ${code}.`, { details, cause: new Error('inner') })),
    });
    const error: unknown = await client.call('job/list', {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TouchstoneError);
    expect(error).toMatchObject({ code, message: `It was ${code}.`, details });
    expect(bugs).toEqual([]);
  });

  it('that nobody expected becomes internal with a report id, and shows nothing of its inside', async () => {
    const bug = new TypeError('secret of /home/ann');
    const channel = serve({ 'job/list': () => Promise.reject(bug) });
    const answer = await exchange(channel, { t: 'q', i: '1', m: 'call', a: ['1', 'job/list', {}] });
    expect(answer).toMatchObject({ r: { ok: false, error: { code: 'internal', reportId: 'report-1' } } });
    expect(JSON.stringify(answer)).not.toMatch(/secret|\.ts:|stack/);
    expect(bugs).toEqual([bug]);
  });

  it('thrown without a promise, or not an Error at all, is answered too', async () => {
    const client = connect({
      'job/list': () => {
        // A library may throw anything.
        throw Object.assign(new Error('now'), { name: 'AbortError' });
      },
      'app/info': () => Promise.reject(new Error('x', { cause: 'y' })),
    });
    await expect(client.call('job/list', {})).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.call('app/info', {})).rejects.toMatchObject({ code: 'internal' });
  });

  it('in sending an answer that is no plain data reaches the caller and the log', async () => {
    const client = connect({ 'job/list': () => [10n] });
    await expect(client.call('job/list', {})).rejects.toMatchObject({ code: 'internal' });
    expect(bugs.length).toBe(1);
  });
});

describe('an unknown method', () => {
  it.each(['job/lisp', '', 'constructor', '__proto__', 'toString', 'call', 'then', '$functions'])(
    '%j is refused',
    async (name) => {
      const answer = await exchange(serve({}), { t: 'q', i: '1', m: 'call', a: ['1', name, {}] });
      expect(answer).toMatchObject({ r: { ok: false, error: { code: 'method-unknown' } } });
    },
  );
});

describe('a frame that is no request', () => {
  const frames: readonly unknown[] = [
    null,
    0,
    'text',
    [],
    {},
    { t: 'q' },
    { t: 's', i: '1', r: 1 },
    { t: 'q', i: '1', m: 'constructor', a: [] },
    { t: 'q', i: '1', m: '__proto__', a: [] },
    { t: 'q', i: '1', m: 'call', a: ['1', 'job/list', {}, 'more'] },
    { t: 'q', i: '1', m: 'call', a: { length: 3 } },
    { t: 'q', i: 1, m: 'call', a: ['1', 'job/list', {}] },
    { t: 'q', i: '1', m: 'call', a: [{ toString: 1 }, 'job/list', {}] },
    { t: 'q', i: 'x'.repeat(65), m: 'call', a: ['1', 'job/list', {}] },
    { t: 'q', m: 'call', a: ['1', 'job/list', {}] },
    { t: 'q', m: 'cancel', a: [] },
    { t: 'q', i: '1', m: 'call', a: ['1', 'x'.repeat(201), {}] },
    JSON.parse('{"t":"q","i":"1","m":"call","a":["1","job/list",{}],"__proto__":{"o":true}}'),
  ];

  it.each(frames.map((frame) => [JSON.stringify(frame).slice(0, 80), frame]))(
    '%s makes the host hang up',
    async (_name, frame) => {
      expect(await exchange(serve({ 'job/list': () => [] }), frame)).toBe('closed');
    },
  );
});

describe('the host', () => {
  it('ignores the wish to cancel what it does not know', async () => {
    const channel = serve({ 'job/list': () => ['answer'] });
    channel.post({ t: 'q', m: 'cancel', a: ['nothing'] });
    const answer = await exchange(channel, { t: 'q', i: '1', m: 'call', a: ['1', 'job/list', {}] });
    expect(answer).toMatchObject({ r: { ok: true, value: ['answer'] } });
  });

  it('refuses a second call under the id of one that is under way', async () => {
    const channel = serve({ 'job/list': never });
    channel.post({ t: 'q', i: '1', m: 'call', a: ['same', 'job/list', {}] });
    const answer = await exchange(channel, { t: 'q', i: '2', m: 'call', a: ['same', 'job/list', {}] });
    expect(answer).toMatchObject({ i: '2', r: { ok: false, error: { code: 'arguments-invalid' } } });
  });

  it('refuses more than a thousand calls at once', async () => {
    const channel = serve({ 'job/list': never });
    for (let call = 0; call < 1000; call += 1)
      channel.post({ t: 'q', i: `${call}`, m: 'call', a: [`${call}`, 'job/list', {}] });
    const answer = await exchange(channel, { t: 'q', i: 'last', m: 'call', a: ['last', 'job/list', {}] });
    expect(answer).toMatchObject({ i: 'last', r: { ok: false, error: { code: 'wrong-use' } } });
  });

  it('aborts the calls under way and stops listening to events when the caller hangs up', async () => {
    const stopped = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const client = connect({
      'job/list': (_input, { signal }) => {
        signal.addEventListener('abort', () => stopped.resolve());
        started.resolve();
        return never();
      },
    });
    const call = client.call('job/list', {}).catch((error: unknown) => error);
    await started.promise;
    expect(events.listeners.size).toBe(1);
    client.close();
    await stopped.promise;
    expect(await call).toMatchObject({ code: 'connection-lost' });
    expect(events.listeners.size).toBe(0);
  });
});

describe('the caller', () => {
  it('learns that the connection is lost from every call, pending and new', async () => {
    const [near, far] = createMemoryChannelPair();
    const client = createRpcClient(near);
    const pending = [client.call('job/list', {}), client.call('app/info', {})].map((call) =>
      call.catch((error: unknown) => error),
    );
    let closed = 0;
    client.onClose(() => (closed += 1));
    await Promise.resolve();
    far.close();
    for (const error of await Promise.all(pending)) expect(error).toMatchObject({ code: 'connection-lost' });
    await expect(client.call('job/list', {})).rejects.toMatchObject({ code: 'connection-lost' });
    expect(closed).toBe(1);
  });

  it('does not send what was aborted before', async () => {
    const client = connect({});
    await expect(client.call('job/list', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('gets the answer of a call whose signal is aborted later', async () => {
    const abort = new AbortController();
    const client = connect({ 'job/list': () => [] });
    expect(await client.call('job/list', {}, { signal: abort.signal })).toEqual([]);
    abort.abort();
  });

  it('hears events by name until it unsubscribes', async () => {
    const client = connect({ 'job/list': () => [] });
    const heard: unknown[] = [];
    const stop = client.on('project/changed', (payload) => heard.push(payload));
    client.on('job/changed', () => heard.push('wrong name'));
    await client.call('job/list', {});
    events.fire({ name: 'project/changed', payload: { projectId, what: 'runs' } });
    await client.call('job/list', {});
    expect(heard).toEqual([{ projectId, what: 'runs' }]);
    stop();
    events.fire({ name: 'project/changed', payload: { projectId, what: 'samples' } });
    await client.call('job/list', {});
    expect(heard.length).toBe(1);
  });

  it('is not shaken by frames or errors that make no sense', async () => {
    const [near, far] = createMemoryChannelPair();
    const client = createRpcClient(near);
    const ids: unknown[] = [];
    far.onMessage((frame) => {
      const { i } = frame as { i: string };
      ids.push(i);
      for (const nonsense of [null, 5, {}, { t: 's' }, { t: 'q', m: 'call', a: [] }, { t: 's', i: 'other', r: 1 }]) {
        far.post(nonsense);
      }
      far.post({
        t: 's',
        i,
        r: { ok: false, error: ids.length === 1 ? null : { code: 'from-the-future', message: 'New.' } },
      });
    });
    await expect(client.call('job/list', {})).rejects.toMatchObject({ code: 'internal' });
    await expect(client.call('job/list', {})).rejects.toMatchObject({ code: 'internal', message: 'New.' });
  });
});
